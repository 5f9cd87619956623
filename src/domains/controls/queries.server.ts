import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import type { Filters } from './model.ts';

export type Alias = { scheme: string; value: string };
export type ControlEntry = {
  id: string;
  code: string;
  number: string;
  title: string;
  kind: string;
  groupKey: string;
  entity: string[];
  role: string[];
  dimension: string[];
  spaceSlug: string;
  spaceTitle: string;
  pagePath: string;
  pageTitle: string;
  slug: string;
};
/** When it was withdrawn, and what stands in its place. */
export type Withdrawn = { retiredAt: Date | null; successor: { code: string; number: string; title: string } | null };
export type Control = ControlEntry &
  Withdrawn & {
    text: string;
    risk: string;
    vulnerability: string;
    note: string;
    parameters: Array<{ id: string; value: string }>;
    aliases: Alias[];
    audienceId: number;
    pageId: string;
    spaceId: string;
    /** Why it was withdrawn. */
    retiredBecause: string;
    position: number;
  };

const entry = sql`c.id, c.code, coalesce(c.number, '') as number, c.title, c.kind, coalesce(c.group_key, '') as "groupKey", c.entity, c.role, c.dimension,
  s.slug as "spaceSlug", s.title as "spaceTitle", p.path as "pagePath", p.title as "pageTitle", c.slug`;
const gone = sql`c.retired_at as "retiredAt", (select jsonb_build_object('code', n.code, 'number', coalesce(n.number, ''), 'title', n.title) from app.controls n where n.id = c.successor_id) as successor`;
// Read through the page and the space, so that a control is seen only where its text is.
const from = sql`from app.spaces s join app.pages p on p.space_id = s.id and p.audience_id = s.audience_id
  join app.controls c on c.page_id = p.id and c.audience_id = p.audience_id`;
const aliases = sql`coalesce((select jsonb_agg(jsonb_build_object('scheme', a.scheme, 'value', a.value) order by a.scheme, a.value) from app.control_aliases a where a.control_id = c.id), '[]')`;

/** A control by its permanent short address, retired ones too: an address once given is answered for good. */
export async function findControl(tx: Tx, code: string): Promise<Control | undefined> {
  const { rows } = await sql<Control>`
    select ${entry}, c.text, coalesce(c.risk, '') as risk, coalesce(c.vulnerability, '') as vulnerability, coalesce(c.note, '') as note, c.parameters,
      c.audience_id as "audienceId", c.page_id as "pageId", c.space_id as "spaceId", coalesce(c.retired_because, '') as "retiredBecause", ${gone}, c.position, ${aliases} as aliases
    ${from} where c.code = ${code}`.execute(tx);
  return rows[0];
}

/** The controls before and after this one on its page. */
export async function listNeighbours(tx: Tx, control: Pick<Control, 'id' | 'pageId' | 'position'>): Promise<ControlEntry[]> {
  const { rows } = await sql<ControlEntry>`
    select * from (
      (select ${entry}, c.position ${from} where c.page_id = ${control.pageId} and c.retired_at is null and c.position < ${control.position} order by c.position desc limit 2)
      union all
      (select ${entry}, c.position ${from} where c.page_id = ${control.pageId} and c.retired_at is null and c.position > ${control.position} order by c.position limit 2)
    ) around order by position`.execute(tx);
  return rows;
}

/** Controls elsewhere that share an alias with this one: the same thing under another roof. */
export async function listRelated(tx: Tx, control: Pick<Control, 'id'>): Promise<ControlEntry[]> {
  const { rows } = await sql<ControlEntry>`
    select ${entry} ${from} where c.retired_at is null and c.id <> ${control.id} and s.id <> (select space_id from app.controls where id = ${control.id})
      and exists (select from app.control_aliases a join app.control_aliases b using (scheme, value) where a.control_id = c.id and b.control_id = ${control.id})
    order by s.position, c.position limit 20`.execute(tx);
  return rows;
}

/** What stands beside each control of a page. */
export async function listOnPage(
  tx: Tx,
  pageId: string,
): Promise<Array<Pick<Control, 'id' | 'slug' | 'code' | 'number' | 'entity' | 'dimension' | 'role' | 'aliases' | 'note'>>> {
  const { rows } = await sql<Pick<Control, 'id' | 'slug' | 'code' | 'number' | 'entity' | 'dimension' | 'role' | 'aliases' | 'note'>>`
    select c.id, c.slug, c.code, coalesce(c.number, '') as number, c.entity, c.dimension, c.role, coalesce(c.note, '') as note, ${aliases} as aliases
    from app.pages p join app.controls c on c.page_id = p.id and c.audience_id = p.audience_id where p.id = ${pageId} and c.retired_at is null`.execute(tx);
  return rows;
}

const like = (text: string) => `%${text.replace(/[\\%_]/g, '\\$&')}%`;

/** The register in reading order, narrowed by the filters that are set. */
export async function listControls(tx: Tx, filters: Filters, limit = 1000): Promise<Array<ControlEntry & Withdrawn>> {
  const { q, role, entity, dimension, kind, space, group, withdrawn } = filters;
  const wanted = [withdrawn ? sql`c.retired_at is not null` : sql`c.retired_at is null and p.retired_at is null`];
  if (role) wanted.push(sql`${role} = any(c.role)`);
  if (entity) wanted.push(sql`${entity} = any(c.entity)`);
  if (dimension) wanted.push(sql`${dimension} = any(c.dimension)`);
  if (kind) wanted.push(sql`c.kind = ${kind}`);
  if (space) wanted.push(sql`s.slug = ${space}`);
  if (group) wanted.push(sql`c.group_key = ${group}`);
  for (const word of q.split(/\s+/).filter(Boolean).slice(0, 8)) {
    wanted.push(sql`(c.title ilike ${like(word)} or c.text ilike ${like(word)} or c.risk ilike ${like(word)} or c.vulnerability ilike ${like(word)}
      or exists (select from app.control_aliases a where a.control_id = c.id and a.value ilike ${word}))`);
  }
  const { rows } = await sql<ControlEntry & Withdrawn>`
    with recursive tree as (
      select p.id, array[p.position] as place from app.pages p where p.parent_id is null
      union all select p.id, t.place || p.position from app.pages p join tree t on p.parent_id = t.id)
    select ${entry}, ${gone} ${from} join tree on tree.id = p.id where ${sql.join(wanted, sql` and `)}
    order by s.position, s.title, tree.place, p.title, c.position limit ${limit}`.execute(tx);
  return rows;
}

/** How many controls there are, unfiltered. */
export async function countControls(tx: Tx): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n ${from} where c.retired_at is null and p.retired_at is null`.execute(tx);
  return rows[0]?.n ?? 0;
}

export type MatrixCount = { groupKey: string; title: string; entity: string; count: number };

/** Threat by entity: how many controls answer each threat for each of those it affects. */
export async function countMatrix(tx: Tx): Promise<MatrixCount[]> {
  const { rows } = await sql<MatrixCount>`
    select c.group_key as "groupKey", min(p.title) as title, e as entity, count(*)::int as count
    ${from} cross join unnest(c.entity) e where c.retired_at is null and p.retired_at is null and c.group_key ~ '^threat:[0-9]+$'
    group by c.group_key, e order by substr(c.group_key, 8)::int, e`.execute(tx);
  return rows;
}

/** The spaces and threats one may narrow to. */
export async function listChoices(tx: Tx): Promise<{ spaces: Array<{ slug: string; title: string }>; groups: Array<{ key: string; title: string }> }> {
  const spaces = await sql<{ slug: string; title: string }>`select s.slug, s.title from app.spaces s
    where exists (select from app.controls c where c.space_id = s.id and c.audience_id = s.audience_id and c.retired_at is null) order by s.position, s.title`.execute(
    tx,
  );
  const groups = await sql<{ key: string; title: string }>`select c.group_key as key, min(p.title) as title ${from}
    where c.retired_at is null and p.retired_at is null and c.group_key ~ '^threat:[0-9]+$' group by c.group_key order by substr(c.group_key, 8)::int`.execute(
    tx,
  );
  return { spaces: spaces.rows, groups: groups.rows };
}
