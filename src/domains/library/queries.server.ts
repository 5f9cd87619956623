import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import type { BlockId } from './text/block-ids.ts';

export type SpaceEntry = {
  id: string;
  slug: string;
  title: string;
  description: string;
  licence: string;
  sources: string[];
  pages: number;
  controls: number;
  openRequests: number;
  changedAt: Date | null;
};
export type Space = {
  id: string;
  slug: string;
  audienceId: number;
  title: string;
  description: string;
  licence: string;
  sources: string[];
  openRequests: number;
  mayPropose: boolean;
};
export type TreeRow = { id: string; parentId: string | null; path: string; title: string; groupKey: string | null };
export type Page = {
  id: string;
  path: string;
  title: string;
  description: string;
  groupKey: string | null;
  revision: { id: string; number: number; text: string; blocks: BlockId[]; at: Date; by: string } | null;
  openRequests: number;
};

const texts = (value: unknown): string[] => (Array.isArray(value) ? value.filter((v): v is string => typeof v === 'string') : []);

/** The spaces I may read, with what they hold. */
export async function listSpaces(tx: Tx): Promise<SpaceEntry[]> {
  const { rows } = await sql<Omit<SpaceEntry, 'sources'> & { sources: unknown }>`
    select s.id, s.slug, s.title, s.description, s.licence, s.sources,
      (select count(*)::int from app.pages p where p.space_id = s.id and p.audience_id = s.audience_id and p.retired_at is null) as pages,
      (select count(*)::int from app.controls c where c.space_id = s.id and c.audience_id = s.audience_id and c.retired_at is null) as controls,
      (select count(*)::int from app.change_requests c where c.space_id = s.id and c.audience_id = s.audience_id and c.status = 'open') as "openRequests",
      (select max(r.created_at) from app.pages p join app.revisions r on r.id = p.revision_id where p.space_id = s.id and p.audience_id = s.audience_id) as "changedAt"
    from app.spaces s order by s.position, s.title`.execute(tx);
  return rows.map((row) => ({ ...row, sources: texts(row.sources) }));
}

/** One space by its address, or nothing: absent and not-yours look alike. */
export async function findSpace(tx: Tx, slug: string): Promise<Space | undefined> {
  const { rows } = await sql<Omit<Space, 'sources'> & { sources: unknown }>`
    select s.id, s.slug, s.audience_id as "audienceId", s.title, s.description, s.licence, s.sources,
      (select count(*)::int from app.change_requests c where c.space_id = s.id and c.audience_id = s.audience_id and c.status = 'open') as "openRequests",
      app.may_propose(s.audience_id) as "mayPropose"
    from app.spaces s where s.slug = ${slug}`.execute(tx);
  const [row] = rows;
  return row && { ...row, sources: texts(row.sources) };
}

/** The living pages of a space in reading order: every page directly before its children. */
export async function pageTree(tx: Tx, spaceId: string): Promise<TreeRow[]> {
  const rows = await tx
    .selectFrom('app.pages')
    .select(['id', 'parent_id as parentId', 'path', 'title', 'group_key as groupKey'])
    .where('space_id', '=', spaceId)
    .where('retired_at', 'is', null)
    .orderBy('position')
    .orderBy('id')
    .execute();
  const known = new Set(rows.map((row) => row.id));
  const children = Map.groupBy(rows, (row) => (row.parentId && known.has(row.parentId) ? row.parentId : null));
  const out: TreeRow[] = [];
  const visit = (parent: string | null) => {
    for (const row of children.get(parent) ?? []) {
      out.push({ ...row, parentId: parent });
      visit(row.id);
    }
  };
  visit(null);
  return out;
}

/** A page as it stands, by its address in the space. A retired page is found no more, unless one asks for those too. */
export async function findPage(tx: Tx, spaceId: string, path: string, withdrawn = false): Promise<Page | undefined> {
  const { rows } = await sql<Omit<Page, 'revision'> & { revisionId: string | null; number: number; text: string; blocks: BlockId[]; at: Date; by: string }>`
    select p.id, p.path, p.title, p.description, p.group_key as "groupKey", r.id as "revisionId", r.number, r.text, r.blocks, r.created_at as at, coalesce(b.name, '') as by,
      (select count(distinct c.id)::int from app.change_requests c join app.change_request_pages cp on cp.change_request_id = c.id
        where cp.page_id = p.id and c.space_id = p.space_id and c.audience_id = p.audience_id and c.status = 'open') as "openRequests"
    from app.pages p left join app.revisions r on r.id = p.revision_id left join app.bylines b on b.id = r.byline_id
    where p.space_id = ${spaceId} and p.path = ${path} and (p.retired_at is null or ${withdrawn})`.execute(tx);
  const [row] = rows;
  if (!row) return undefined;
  const { revisionId, number, text, blocks, at, by, ...page } = row;
  return { ...page, revision: revisionId ? { id: revisionId, number, text, blocks, at, by } : null };
}

/** Where a page stands that used to have this address. */
export async function findRedirect(tx: Tx, spaceId: string, path: string): Promise<string | undefined> {
  const found = await tx
    .selectFrom('app.page_redirects as r')
    .innerJoin('app.pages as p', 'p.id', 'r.page_id')
    .select('p.path')
    .where('r.space_id', '=', spaceId)
    .where('r.path', '=', path)
    .where('p.retired_at', 'is', null)
    .executeTakeFirst();
  return found?.path;
}

export type Neighbours = {
  above: TreeRow[];
  before: TreeRow | undefined;
  next: TreeRow | undefined;
  branch: Array<TreeRow & { depth: number; current: boolean }>;
};

/** Where a page stands in its tree: its parents, what comes before and after, and the branch to show: the top level and the way down to the page and its children. */
export function placeInTree(tree: readonly TreeRow[], pageId: string): Neighbours {
  const byId = new Map(tree.map((row) => [row.id, row]));
  const at = tree.findIndex((row) => row.id === pageId);
  const above: TreeRow[] = [];
  for (let up = byId.get(tree[at]?.parentId ?? ''); up; up = byId.get(up.parentId ?? '')) above.unshift(up);
  const open = new Set<string | null>([null, ...above.map((row) => row.id), pageId]);
  const depth = (row: TreeRow): number => (row.parentId ? depth(byId.get(row.parentId)!) + 1 : 0);
  const branch = tree.filter((row) => open.has(row.parentId)).map((row) => ({ ...row, depth: depth(row), current: row.id === pageId }));
  return { above, before: at > 0 ? tree[at - 1] : undefined, next: at >= 0 ? tree[at + 1] : undefined, branch };
}

/** The number a reader knows a group by: `10` of `threat:10`; nothing for groups with names. */
export const groupNumber = (key: string | null): string => /:(\d+)$/.exec(key ?? '')?.[1] ?? '';

export type Change = { id: string; title: string; by: string; at: Date; space: string; spaceSlug: string; path: string | null };

/** What was published last, newest first; what brought a whole space in counts as one. */
export async function listRecentChanges(tx: Tx, limit = 8): Promise<Change[]> {
  const { rows } = await sql<Change>`
    select c.id, c.title, b.name as by, c.decided_at as at, s.title as space, s.slug as "spaceSlug",
      (select case when count(*) = 1 then min(p.path) end from app.change_request_pages p where p.change_request_id = c.id and p.audience_id = c.audience_id) as path
    from app.change_requests c
    join app.spaces s on s.id = c.space_id and s.audience_id = c.audience_id
    join app.bylines b on b.id = c.byline_id
    where c.status = 'merged' order by c.decided_at desc, c.id desc limit ${limit}`.execute(tx);
  return rows;
}
