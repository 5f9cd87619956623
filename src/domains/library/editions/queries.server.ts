import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import type { TreeRow } from '../queries.server.ts';
import type { BlockId } from '../text/block-ids.ts';
import type { HeldPage } from './hindrances.server.ts';
import type { EditionStatus } from './model.ts';

export type Edition = {
  id: string;
  number: string;
  status: EditionStatus;
  datedOn: string | null;
  words: string;
  publishedAt: Date | null;
  publishedBy: string;
  withdrawn: { at: Date; by: string; reason: string } | null;
  pages: number;
  controls: number;
};

/** The editions of a space that I may read, newest number first; drafts only for those who may publish. Pages and controls I may not read are not counted. */
export async function listEditions(tx: Tx, spaceId: string): Promise<Edition[]> {
  const { rows } = await sql<Omit<Edition, 'withdrawn'> & { withdrawnAt: Date | null; withdrawnBy: string; reason: string }>`
    select e.id, e.number, e.status, e.dated_on::text as "datedOn", e.words, e.published_at as "publishedAt", coalesce(p.name, '') as "publishedBy",
      e.withdrawn_at as "withdrawnAt", coalesce(w.name, '') as "withdrawnBy", coalesce(e.withdrawn_reason, '') as reason,
      (select count(*)::int from app.edition_pages x where x.edition_id = e.id) as pages,
      (select count(*)::int from app.edition_controls x where x.edition_id = e.id) as controls
    from app.editions e left join app.bylines p on p.id = e.published_by left join app.bylines w on w.id = e.withdrawn_by
    where e.space_id = ${spaceId} order by app.edition_order(e.number) desc`.execute(tx);
  return rows.map(({ withdrawnAt, withdrawnBy, reason, ...row }) => ({ ...row, withdrawn: withdrawnAt && { at: withdrawnAt, by: withdrawnBy, reason } }));
}

/** One edition of a space by its number; absent and not-yours look alike. */
export async function findEdition(tx: Tx, spaceId: string, number: string): Promise<Edition | undefined> {
  return (await listEditions(tx, spaceId)).find((edition) => edition.number === number);
}

/** May I prepare and publish editions of a text with this audience? */
export async function mayPublish(tx: Tx, audienceId: number): Promise<boolean> {
  const { rows } = await sql<{ may: boolean }>`select app.may_publish_edition(${audienceId}) as may`.execute(tx);
  return rows[0]?.may ?? false;
}

/** What a reader may do on the front of an edition: publish and withdraw; take it along as a file, which only texts for anyone or for all members may be. */
export async function editionRights(tx: Tx, audienceId: number): Promise<{ mayPublish: boolean; file: boolean }> {
  const { rows } = await sql<{ file: boolean }>`select kind in ('public', 'everyone') as file from app.audiences where id = ${audienceId}`.execute(tx);
  return { mayPublish: await mayPublish(tx, audienceId), file: rows[0]?.file ?? false };
}

/** The pages of an edition in reading order, as they were called and placed in it. */
export async function editionTree(tx: Tx, editionId: string): Promise<TreeRow[]> {
  const rows = await tx
    .selectFrom('app.edition_pages')
    .select(['page_id as id', 'parent_id as parentId', 'path', 'title', 'group_key as groupKey'])
    .where('edition_id', '=', editionId)
    .orderBy('position')
    .orderBy('page_id')
    .execute();
  const known = new Set(rows.map((row) => row.id));
  const children = Map.groupBy(rows, (row) => (row.parentId && known.has(row.parentId) ? row.parentId : null));
  const walk = (parent: string | null): TreeRow[] => (children.get(parent) ?? []).flatMap((row) => [{ ...row, parentId: parent }, ...walk(row.id)]);
  return walk(null);
}

export type EditionPage = {
  id: string;
  path: string;
  title: string;
  description: string;
  groupKey: string | null;
  revision: { id: string; number: number; text: string; blocks: BlockId[] };
  /** Where it stands today; null when it was retired. */
  now: { path: string; revisionId: string | null } | null;
};

/** A page as an edition holds it, by the address it had there or has had since. */
export async function findEditionPage(tx: Tx, editionId: string, path: string): Promise<EditionPage | undefined> {
  const { rows } = await sql<
    Omit<EditionPage, 'revision' | 'now'> & EditionPage['revision'] & { pageId: string; nowPath: string | null; nowRevision: string | null }
  >`
    select e.page_id as "pageId", e.path, e.title, e.description, e.group_key as "groupKey", r.id, r.number, r.text, r.blocks,
      case when p.retired_at is null then p.path end as "nowPath", p.revision_id as "nowRevision"
    from app.edition_pages e join app.revisions r on r.id = e.revision_id join app.pages p on p.id = e.page_id
    where e.edition_id = ${editionId} and (e.path = ${path} or p.path = ${path}) order by e.path <> ${path} limit 1`.execute(tx);
  const [row] = rows;
  if (!row) return undefined;
  const { pageId, nowPath, nowRevision, id, number, text, blocks, ...page } = row;
  return { ...page, id: pageId, revision: { id, number, text, blocks }, now: nowPath === null ? null : { path: nowPath, revisionId: nowRevision } };
}

/** The number and the permanent code of each control of an edition, by its slug; of one page or of all. */
export async function editionControls(tx: Tx, editionId: string, pageId?: string): Promise<Map<string, { id: string; code: string; number: string }>> {
  const { rows } = await sql<{ id: string; slug: string; code: string; number: string }>`
    select c.id, c.slug, c.code, coalesce(e.number, '') as number from app.edition_controls e join app.controls c on c.id = e.control_id
    where e.edition_id = ${editionId} and (${pageId ?? null}::uuid is null or e.page_id = ${pageId ?? null})`.execute(tx);
  return new Map(rows.map(({ slug, ...row }) => [slug, row]));
}

/** What an edition holds, with its texts; without an edition what the space holds now. */
export async function listHeld(tx: Tx, editionId: string): Promise<HeldPage[]> {
  const { rows } = await sql<HeldPage>`
    select e.page_id, e.revision_id, e.path, e.title, r.text from app.edition_pages e join app.revisions r on r.id = e.revision_id where e.edition_id = ${editionId} order by e.page_id`.execute(
    tx,
  );
  return rows;
}

/** What a space holds now and an edition published now would hold. */
export async function listHoldable(tx: Tx, spaceId: string): Promise<HeldPage[]> {
  const { rows } = await sql<HeldPage>`
    select p.id as page_id, p.revision_id, p.path, p.title, r.text from app.pages p join app.revisions r on r.id = p.revision_id
    where p.space_id = ${spaceId} and p.retired_at is null order by p.id`.execute(tx);
  return rows;
}

/** A fingerprint of what an edition holds or would hold: whoever publishes names the one they saw. */
export function heldMark(held: readonly HeldPage[]): string {
  const rows = held.map(({ page_id, revision_id, path }) => `${page_id} ${revision_id} ${path}`).sort();
  return createHash('sha256').update(rows.join('\n')).digest('hex').slice(0, 32);
}

/** Where a page of the current text stands in the edition in force; undefined without one. */
export async function editionOfPage(
  tx: Tx,
  spaceId: string,
  pageId: string,
): Promise<{ number: string; path: string | null; revision: number | null; changed: boolean } | undefined> {
  const { rows } = await sql<{ number: string; path: string | null; revision: number | null; changed: boolean }>`
    select e.number, x.path, r.number as revision, x.revision_id is distinct from p.revision_id as changed
    from app.editions e join app.pages p on p.id = ${pageId} and p.space_id = e.space_id
      left join app.edition_pages x on x.edition_id = e.id and x.page_id = p.id left join app.revisions r on r.id = x.revision_id
    where e.space_id = ${spaceId} and e.status = 'in_force'`.execute(tx);
  return rows[0];
}
