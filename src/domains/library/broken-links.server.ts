import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { innerLinks } from './text/inner-links.ts';

/** A page of a request, with its place and text as they stand and as they will; `after` is null where the page goes. */
export type PageTexts = { page_id: string; path_now: string | null; path: string; title: string; before: string | null; after: string | null };
/** A link that will lead nowhere: where it stands and as it is written. */
export type BrokenLink = { page: string; href: string };

/**
 * Links that this request would leave leading nowhere: new ones to what is not there, and those of other pages to a page that goes. What was
 * broken before is not this request's doing and stays out of its way.
 */
export async function findBrokenLinks(tx: Tx, space: { id: string; slug: string }, pages: readonly PageTexts[]): Promise<BrokenLink[]> {
  const address = (path: string) => `/library/${space.slug}/${path}`;
  const come = new Set(pages.filter((page) => page.after !== null).map((page) => address(page.path)));
  const gone = new Set(pages.filter((page) => page.after === null).map((page) => address(page.path)));
  const fresh = pages.flatMap((page) => {
    // Where a page moves, the same words may lead elsewhere.
    const old = new Set(page.before === null ? [] : innerLinks(page.before, space.slug, page.path_now ?? page.path).map((link) => link.target));
    return innerLinks(page.after ?? '', space.slug, page.path)
      .filter(({ target }) => !come.has(target) && (gone.has(target) || !old.has(target)))
      .map((link) => ({ ...link, page: page.title }));
  });
  const there = await listLiving(
    tx,
    [...new Set(fresh.map((link) => link.target))].filter((target) => !gone.has(target)),
  );
  const broken = fresh.filter((link) => !there.has(link.target));
  const left = gone.size ? await linksTo(tx, space, gone, new Set(pages.map((page) => page.page_id))) : [];
  return [...broken, ...left].map(({ page, href }) => ({ page, href }));
}

/** Which of these addresses of texts and controls there are, former ones that lead on included. */
async function listLiving(tx: Tx, targets: readonly string[]): Promise<Set<string>> {
  if (!targets.length) return new Set();
  const { rows } = await sql<{ target: string }>`
    with asked as (select t as target, split_part(t, '/', 2) as room, split_part(t, '/', 3) as space, substr(t, length('/library/' || split_part(t, '/', 3) || '/') + 1) as path from unnest(${[...targets]}::text[]) t)
    select target from asked where case room
      when 'c' then exists (select from app.controls c where c.code = asked.space)
      else exists (select from app.spaces s where s.slug = asked.space and (asked.path = ''
        or exists (select from app.pages p where p.space_id = s.id and p.path = asked.path and p.retired_at is null)
        or exists (select from app.page_redirects r join app.pages p on p.id = r.page_id where r.space_id = s.id and r.path = asked.path and p.retired_at is null))) end`.execute(
    tx,
  );
  return new Set(rows.map((row) => row.target));
}

/** Links to pages that go, on pages of the same document that stay. */
async function linksTo(tx: Tx, space: { id: string; slug: string }, gone: ReadonlySet<string>, but: ReadonlySet<string>): Promise<Array<BrokenLink>> {
  const ends = [...gone].flatMap((target) => {
    const end = target.slice(target.lastIndexOf('/') + 1);
    return [end, encodeURIComponent(end)];
  });
  const { rows } = await sql<{ id: string; path: string; title: string; text: string }>`
    select p.id, p.path, p.title, r.text from app.pages p join app.revisions r on r.id = p.revision_id
    where p.space_id = ${space.id} and p.retired_at is null and exists (select from unnest(${ends}::text[]) e where position(e in r.text) > 0) limit 2000`.execute(
    tx,
  );
  return rows
    .filter((row) => !but.has(row.id))
    .flatMap((row) =>
      innerLinks(row.text, space.slug, row.path)
        .filter((link) => gone.has(link.target))
        .map(({ href }) => ({ page: row.title, href })),
    );
}
