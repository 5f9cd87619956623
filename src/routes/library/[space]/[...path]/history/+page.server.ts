import { error } from '@sveltejs/kit';
import type { PageServerLoad } from './$types.js';
import { library_history_of, library_not_found } from '#paraglide/messages.js';
import { as, type Tx } from '#platform/database/open.server.ts';
import { factsOnPage } from '#domains/controls/facts.server.ts';
import { listBlockOrigins, listBlockRevisions } from '#domains/library/block-origins.server.ts';
import { compareRevisions } from '#domains/library/compare-revisions.server.ts';
import { listRevisions } from '#domains/library/history.server.ts';
import { findPage, findSpace } from '#domains/library/queries.server.ts';

type Asked = { from: number; to: number; blocks: boolean; block: string };

async function read(tx: Tx, slug: string, path: string, asked: Asked) {
  const space = await findSpace(tx, slug);
  const page = space && (await findPage(tx, space.id, path, true));
  if (!space || !page) return;
  const facts = await factsOnPage(tx, page.id);
  const head = {
    space: { slug: space.slug, title: space.title, mayPropose: space.mayPropose },
    page: { path: page.path, title: page.title },
    block: asked.block,
  };
  if (asked.blocks) return { ...head, origins: await listBlockOrigins(tx, space, page, facts), revisions: [], compared: undefined };
  const every = await listRevisions(tx, page.id);
  const ofBlock = asked.block ? new Set(await listBlockRevisions(tx, page.id, asked.block)) : undefined;
  const revisions = every.filter(({ number }) => !ofBlock || ofBlock.has(number));
  // Without a wish, the newest change is the one people came for.
  const to = asked.to || (revisions[0]?.number ?? 0);
  const from = asked.from || to - 1;
  const compared = from >= 1 && from < to ? await compareRevisions(tx, space, page, { from, to }, facts) : undefined;
  return { ...head, origins: undefined, revisions, compared };
}

const number = (text: string | null) => Number(/^\d{1,6}$/.exec(text ?? '')?.[0] ?? 0);

export const load: PageServerLoad = async ({ locals, params, url }) => {
  const ask = url.searchParams;
  const [one, other] = [number(ask.get('from')), number(ask.get('to') ?? ask.get('revision'))];
  // Whichever way round they were chosen: the older stands first.
  const [from, to] = one && other && one > other ? [other, one] : [one, other];
  const block = /^[0-9a-z]{1,16}$/.exec(ask.get('block') ?? '')?.[0] ?? '';
  const found = await as(locals.actor, (tx) => read(tx, params.space, params.path, { from, to, blocks: ask.has('blocks'), block }));
  if (!found) error(404, library_not_found());
  return { title: library_history_of({ page: found.page.title }), room: 'library' as const, ...found, asWords: ask.get('as') === 'words' };
};
