import { error, redirect } from '@sveltejs/kit';
import { commentUrl } from 'virtual:page-assets';
import type { PageServerLoad } from './$types.js';
import { library_not_found } from '#paraglide/messages.js';
import { as, type Tx } from '#platform/database/open.server.ts';
import { countByPart, countBySubject, countMessages } from '#domains/conversations/found.server.ts';
import { tallyFor } from '#domains/library/comments/queries.server.ts';
import { factsOnPage } from '#domains/controls/facts.server.ts';
import { type PartCounts, pageAddress, readText } from '#domains/library/page-view.server.ts';
import { editionOfPage } from '#domains/library/editions/queries.server.ts';
import { findPage, findRedirect, findSpace, groupNumber, pageTree, placeInTree } from '#domains/library/queries.server.ts';
import { keptUntil, reading } from '#ui/reading.server.ts';

async function read(tx: Tx, slug: string, path: string, member: boolean) {
  const space = await findSpace(tx, slug);
  const page = space && (await findPage(tx, space.id, path));
  if (!space || !page) return { moved: space && (await findRedirect(tx, space.id, path)) };
  const tree = await pageTree(tx, space.id);
  const facts = await factsOnPage(tx, page.id);
  const text = await readText(tx, space, page, facts, member, member ? await countParts(tx, page.id, [...facts.values()]) : undefined);
  // Counted through the conversation itself: whoever may not read it counts none.
  const messages = member ? await countMessages(tx, { kind: 'page', id: page.id }) : 0;
  const waiting = (await tallyFor(tx, member, space.id, { page: path }))?.waiting;
  const edition = await editionOfPage(tx, space.id, page.id);
  return { messages, waiting, edition, space, page, text, pages: tree.length, place: placeInTree(tree, page.id) };
}

/** Counted through the conversations: whoever may not read one counts nothing of it. */
async function countParts(tx: Tx, page: string, controls: Array<{ id: string; code: string }>): Promise<PartCounts> {
  const ids = controls.map(({ id }) => id);
  const said = await countBySubject(tx, 'control', ids);
  return { parts: await countByPart(tx, page), controls: new Map(controls.map(({ id, code }) => [code, said.get(id) ?? 0])) };
}

export const load: PageServerLoad = async (event) => {
  reading(event);
  const { space: slug, path } = event.params;
  const found = await as(event.locals.actor, (tx) => read(tx, slug, path, event.locals.actor.kind === 'person'));
  if (found.moved) redirect(301, pageAddress(slug, found.moved));
  if (!found.page) error(404, library_not_found());
  const { page, space, text, moved: ___, ...counted } = found;
  keptUntil(event, `space:${space.id}`);
  const { text: _, blocks: __, ...revision } = page.revision ?? { id: '', number: 0, at: new Date(0), by: '', text: '', blocks: [] };
  return {
    title: page.title,
    description: page.description,
    room: 'library' as const,
    ...counted,
    commentScript: event.locals.actor.kind === 'person' ? commentUrl : '',
    space,
    text,
    number: groupNumber(page.groupKey),
    page: { id: page.id, path: page.path, title: page.title, description: page.description, openRequests: page.openRequests },
    revision,
    // Whoever merged a request comes here from it.
    merged: /^\d{1,9}$/.exec(event.url.searchParams.get('merged') ?? '')?.[0] ?? '',
  };
};
