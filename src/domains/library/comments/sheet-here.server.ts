import type { Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { findSpace } from '../queries.server.ts';
import { type ListedComment, viewComments } from './list-view.server.ts';
import { parseFilters } from './model.ts';
import { listComments } from './queries.server.ts';

const MOST = 5000;

/**
 * The comments of a space that go into a sheet: those I read, never what a country says among itself, and without the ones under a label above TLP:GREEN, which no file carries out of here. `empty` gives none, for a template.
 * Refuses: common.not_found.
 */
export async function sheetHere(tx: Tx, slug: string, query: URLSearchParams): Promise<ListedComment[]> {
  const space = await findSpace(tx, slug);
  if (!space) throw notFound();
  if (query.has('empty')) return [];
  const comments = await listComments(tx, space.id, { filters: { ...parseFilters(Object.fromEntries(query)), within: '' }, limit: MOST });
  return viewComments(
    tx,
    space.slug,
    comments.filter(({ label }) => label === 'TLP:CLEAR' || label === 'TLP:GREEN'),
  );
}
