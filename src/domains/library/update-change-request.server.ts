import { sql } from 'kysely';
import { notFound, Refusal } from '#platform/errors.ts';
import { record } from '#platform/events.server.ts';
import type { Tx } from '#platform/database/open.server.ts';
import type { PageChange } from './model.ts';
import { checkPages } from './open-change-request.server.ts';

type Update = { id: string; byline_id: string; title?: string; reason?: string; page: Pick<PageChange, 'page_id' | 'text' | 'retires' | 'base_revision_id'> };

/**
 * Changes what one's own open request would make of a page, also to bring it up to the present text (a new base revision).
 * Refuses: common.not_found, library.change_request.not_open, and what openChangeRequest refuses of a text.
 */
export async function updateChangeRequest(tx: Tx, input: Update): Promise<void> {
  const found = await tx
    .selectFrom('app.change_requests as c')
    .innerJoin('app.change_request_pages as p', 'p.change_request_id', 'c.id')
    .select(['c.status', 'c.audience_id', 'c.space_id', 'p.id as row', 'p.action', 'p.path', 'p.parent_path', 'p.position'])
    .where('c.id', '=', input.id)
    .where('p.page_id', '=', input.page.page_id)
    .executeTakeFirst();
  if (!found) throw notFound();
  if (found.status !== 'open') throw new Refusal('library.change_request.not_open', { status: 409 });
  // The lock goes through the author's policy, and keeps a merge from reading half of this; after one, nothing open is left to lock.
  const mine = await tx
    .selectFrom('app.change_requests')
    .select(sql<boolean>`app.may_withdraw(id)`.as('may'))
    .where('id', '=', input.id)
    .where('status', '=', 'open')
    .forUpdate()
    .executeTakeFirst();
  if (!mine?.may) throw notFound();
  await checkPages(tx, found.space_id, [
    { ...input.page, action: found.action as PageChange['action'], path: found.path, parent_path: found.parent_path, position: found.position },
  ]);
  const done = await tx
    .updateTable('app.change_request_pages')
    .set({ text: input.page.text, retires: input.page.retires, base_revision_id: input.page.base_revision_id })
    .where('id', '=', found.row)
    .executeTakeFirst();
  if (!Number(done.numUpdatedRows)) throw notFound();
  if (input.title || input.reason)
    await tx
      .updateTable('app.change_requests')
      .set({ ...(input.title && { title: input.title }), ...(input.reason && { reason: input.reason }) })
      .where('id', '=', input.id)
      .execute();
  await record(tx, {
    kind: 'change_request.changed',
    audienceId: found.audience_id,
    bylineId: input.byline_id,
    subjectKind: 'change_request',
    subjectId: input.id,
    data: { space_id: found.space_id },
  });
}
