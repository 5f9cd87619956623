import { error } from '@sveltejs/kit';
import type { PageServerLoad } from './$types.js';
import { library_history_of, library_not_found } from '#paraglide/messages.js';
import { as, type Tx } from '#platform/database/open.server.ts';
import { listRevisions, twoTexts } from '#domains/library/history.server.ts';
import { findPage, findSpace } from '#domains/library/queries.server.ts';
import { diffPages } from '#domains/library/text/diff-pages.ts';

async function read(tx: Tx, slug: string, path: string, wanted: number) {
  const space = await findSpace(tx, slug);
  const page = space && (await findPage(tx, space.id, path));
  if (!space || !page) return;
  const revisions = await listRevisions(tx, page.id);
  // Without a wish, the newest change is the one people came for.
  const shown = wanted || (revisions[0]?.number ?? 0);
  const texts = shown > 1 ? await twoTexts(tx, page.id, shown - 1, shown) : undefined;
  return { space: { slug: space.slug, title: space.title }, page: { path: page.path, title: page.title }, revisions, shown: texts ? shown : 0, texts };
}

export const load: PageServerLoad = async ({ locals, params, url }) => {
  const wanted = Number(/^\d{1,6}$/.exec(url.searchParams.get('revision') ?? '')?.[0] ?? 0);
  const found = await as(locals.actor, (tx) => read(tx, params.space, params.path, wanted));
  if (!found) error(404, library_not_found());
  const { texts, ...rest } = found;
  return { title: library_history_of({ page: rest.page.title }), room: 'library' as const, ...rest, blocks: texts ? diffPages(texts.a, texts.b) : [] };
};
