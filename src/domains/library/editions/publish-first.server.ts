import { sql } from 'kysely';
import { newId } from '#platform/ids.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { parseControls } from '../text/controls.ts';
import { knownNumber } from '../model.ts';
import { splitPage } from '../text/page.ts';

type First = { page_id: string; audience_id: number; revision_id: string; path: string; parent_path: string | null; position: number; text: string };

/**
 * Publishes what a service byline first brought into a space as its edition 1.0, however far the text has moved on since; for the clerk.
 * Does nothing where the space has an edition, or where the byline brought nothing. Tells whether it did.
 */
export async function publishFirstEdition(tx: Tx, spaceId: string, byline: string): Promise<boolean> {
  const { rows } = await sql<{ id: string; audience_id: number; decided_at: Date; decided_by: string }>`
    select c.id, c.audience_id, c.decided_at, c.decided_by from app.change_requests c
    where c.space_id = ${spaceId} and c.byline_id = ${byline} and c.status = 'merged' and not exists (select from app.editions e where e.space_id = c.space_id) order by c.number limit 1`.execute(
    tx,
  );
  const [request] = rows;
  if (!request) return false;
  const { rows: pages } = await sql<First>`
    select p.page_id, p.audience_id, r.id as revision_id, p.path, p.parent_path, coalesce(p.position, 0) as position, r.text
    from app.change_request_pages p join app.revisions r on r.page_id = p.page_id and r.change_request_id = p.change_request_id
    where p.change_request_id = ${request.id} and p.action = 'create'`.execute(tx);
  if (!pages.length) return false;
  const id = newId();
  await tx.insertInto('app.editions').values({ id, space_id: spaceId, audience_id: request.audience_id, number: '1.0', byline_id: byline }).execute();
  await writePages(tx, id, pages);
  await writeControls(tx, id, spaceId, pages);
  await sql`insert into app.edition_assets (edition_id, audience_id, path, file_id) select ${id}, audience_id, path, file_id from app.space_assets where space_id = ${spaceId}`.execute(
    tx,
  );
  await sql`update app.editions set status = 'in_force', dated_on = (${request.decided_at}::timestamptz at time zone 'UTC')::date, published_at = ${request.decided_at}, published_by = ${request.decided_by} where id = ${id}`.execute(
    tx,
  );
  return true;
}

async function writePages(tx: Tx, edition: string, pages: readonly First[]): Promise<void> {
  const ids = new Map(pages.map((page) => [page.path, page.page_id]));
  const rows = pages.map(({ page_id, audience_id, revision_id, path, parent_path, position, text }) => {
    const { front } = splitPage(text);
    const said = { title: front.title ?? path, description: front.description ?? '', group_key: front.group ?? null };
    return { edition_id: edition, audience_id, page_id, revision_id, path, parent_id: ids.get(parent_path ?? '') ?? null, position, ...said };
  });
  await tx.insertInto('app.edition_pages').values(rows).execute();
}

async function writeControls(tx: Tx, edition: string, spaceId: string, pages: readonly First[]): Promise<void> {
  const known = await tx.selectFrom('app.controls').select(['id', 'slug']).where('space_id', '=', spaceId).execute();
  const ids = new Map(known.map(({ id, slug }) => [slug, id]));
  const rows = pages.flatMap(({ page_id, audience_id, text }) =>
    parseControls(splitPage(text).body).controls.flatMap((control, position) => {
      const control_id = ids.get(control.slug);
      return control_id ? [{ edition_id: edition, audience_id, control_id, page_id, number: knownNumber(control.aliases), position }] : [];
    }),
  );
  if (rows.length) await tx.insertInto('app.edition_controls').values(rows).execute();
}
