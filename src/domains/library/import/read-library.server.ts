import { sql } from 'kysely';
import type { ExistingSpace } from '#domains/exchange/gitbook/plan-import.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { pageTree } from '../queries.server.ts';
import { parseControls } from '../text/controls.ts';
import { splitPage } from '../text/page.ts';
import { type Asked, IMPORTER, type KnownPage, type KnownSpace, SOURCES } from './model.ts';

/**
 * The public spaces as an import has to know them. For planning, a page's text is what came in last (`base`), so that a plan
 * says what the source changed since, not what people changed here.
 */
export async function readLibrary(tx: Tx): Promise<{ known: KnownSpace[]; existing: ExistingSpace[]; closed: Set<string> }> {
  const spaces = await tx.selectFrom('app.spaces').select(['id', 'slug', 'audience_id', 'title', 'sources']).orderBy('position').execute();
  const known: KnownSpace[] = [];
  for (const space of spaces.filter((each) => each.audience_id === 1))
    known.push({
      id: space.id,
      slug: space.slug,
      audienceId: space.audience_id,
      title: space.title,
      sources: (Array.isArray(space.sources) ? space.sources : []) as string[],
      ...(await readPages(tx, space.id)),
      asked: await readAsked(tx, space.id),
      redirects: new Set((await tx.selectFrom('app.page_redirects').select('path').where('space_id', '=', space.id).execute()).map(({ path }) => path)),
    });
  return { known, existing: known.map(existingOf), closed: new Set(spaces.filter((each) => each.audience_id !== 1).map((each) => each.slug)) };
}

async function readPages(tx: Tx, spaceId: string): Promise<Pick<KnownSpace, 'pages' | 'retired'>> {
  const { rows } = await sql<KnownPage & { retired: boolean }>`
    select p.id, p.path, p.title, above.path as "parentPath", p.position, r.id as "revisionId", r.text, p.retired_at is not null as retired,
      coalesce((select coalesce(cp.source_text, cp.text) from app.change_request_pages cp
        join app.change_requests c on c.id = cp.change_request_id join app.bylines b on b.id = c.byline_id
        where cp.page_id = p.id and c.status = 'merged' and b.kind = 'service' and b.name = any(${SOURCES})
        order by c.decided_at desc, c.id desc limit 1), r.text) as base
    from app.pages p join app.revisions r on r.id = p.revision_id left join app.pages above on above.id = p.parent_id
    where p.space_id = ${spaceId}`.execute(tx);
  // In reading order: where the same number is printed twice, the order of the text tells the controls apart.
  const order = new Map((await pageTree(tx, spaceId)).map((row, at) => [row.id, at]));
  const living = rows.filter((row) => !row.retired).sort((one, other) => (order.get(one.id) ?? 0) - (order.get(other.id) ?? 0));
  return { pages: living, retired: rows.filter((row) => row.retired).map((row) => ({ path: row.path, importedFrom: importedFrom(row.base) })) };
}

async function readAsked(tx: Tx, spaceId: string): Promise<Asked[]> {
  const { rows } = await sql<Asked>`
    select c.id, c.number, c.status, json_agg(json_build_object('action', cp.action, 'path', cp.path, 'source', coalesce(cp.source_text, cp.text)) order by cp.id) as pages
    from app.change_requests c join app.change_request_pages cp on cp.change_request_id = c.id join app.bylines b on b.id = c.byline_id
    where c.space_id = ${spaceId} and c.status in ('open', 'declined') and b.kind = 'service' and b.name = ${IMPORTER}
    group by c.id order by c.number`.execute(tx);
  return rows;
}

const importedFrom = (text: string): string | null => {
  const from = splitPage(text).front.imported_from;
  return typeof from === 'string' ? from : null;
};

/** A space in the words of the planner; controls that people added since follow, so that no slug is given twice. */
function existingOf(space: KnownSpace): ExistingSpace {
  const out: ExistingSpace = { slug: space.slug, title: space.title, pages: [], controls: [] };
  const add = (text: string, skip: ReadonlySet<string>): string[] => {
    const { front, body } = splitPage(text);
    const { controls } = parseControls(body);
    for (const control of controls.filter((each) => !skip.has(each.slug)))
      out.controls.push({
        slug: control.slug,
        title: control.title,
        aliases: control.aliases.map((alias) => `${alias.scheme}:${alias.value}`),
        order: out.controls.length,
        text: control.text,
        group: front.group ?? null,
        attributes: {
          entity: control.entity.join(' '),
          role: control.role.join(' '),
          dimension: control.dimension.join(' '),
          risk: control.risk,
          vulnerability: control.vulnerability,
          note: control.note,
        },
      });
    return controls.map((control) => control.slug);
  };
  for (const page of space.pages) {
    const controls = add(page.base, new Set());
    out.pages.push({ path: page.path, title: page.title, text: page.base, importedFrom: importedFrom(page.base), controls });
  }
  const known = new Set(out.controls.map((control) => control.slug));
  for (const page of space.pages) if (page.text !== page.base) for (const slug of add(page.text, known)) known.add(slug);
  return out;
}
