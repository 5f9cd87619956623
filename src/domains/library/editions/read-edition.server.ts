import type { Tx } from '#platform/database/open.server.ts';
import { to } from '#ui/locale.ts';
import { innerLink, type PageText, readText } from '../page-view.server.ts';
import type { Space, TreeRow } from '../queries.server.ts';
import type { ControlFacts } from '../text/render-page.ts';
import { editionAddress } from './model.ts';
import type { Edition, EditionPage } from './queries.server.ts';

/** The text of a page as an edition holds it: links to pages of the edition stay in it, pictures are those of then. */
export async function readEditionText(
  tx: Tx,
  space: Pick<Space, 'id' | 'slug' | 'licence' | 'sources'>,
  edition: Pick<Edition, 'id' | 'number'>,
  page: EditionPage,
  tree: readonly TreeRow[],
  facts: ReadonlyMap<string, ControlFacts>,
  member: boolean,
): Promise<PageText> {
  const held = new Set(tree.map(({ path }) => path));
  const link = (href: string) => withinEdition(href, space.slug, edition.number, page.path, held) ?? innerLink(href, space.slug, page.path);
  return readText(tx, space, page, facts, member, undefined, { id: edition.id, link });
}

function withinEdition(href: string, space: string, number: string, path: string, held: ReadonlySet<string>): string | null {
  if (/^[a-z][a-z0-9+.-]*:|^\/\/|^#/i.test(href)) return null;
  const base = `http://hub/library/${space}/${path}`;
  if (!URL.canParse(href, base)) return null;
  const { pathname, hash } = new URL(href, base);
  const start = `/library/${space}/`;
  const wanted = decoded(pathname.replace(/(?:\/README)?\.md$/i, ''));
  const leads = wanted.startsWith(start) ? wanted.slice(start.length).replace(/\/+$/, '') : '';
  return held.has(leads) ? to(editionAddress(space, number, leads)) + hash : null;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
