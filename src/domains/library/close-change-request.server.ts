import { notFound, Refusal } from '#platform/errors.ts';
import { record } from '#platform/events.server.ts';
import type { Tx } from '#platform/database/open.server.ts';

type Close = { id: string; byline_id: string; reason: string };

/** Declines an open request with a reason. Refuses: common.not_found, library.change_request.not_open, library.change_request.reason_missing. */
export async function declineChangeRequest(tx: Tx, input: Close): Promise<void> {
  if (!input.reason.trim()) throw new Refusal('library.change_request.reason_missing');
  await close(tx, input, 'declined');
}

/** Takes back one's own open request. Refuses: common.not_found, library.change_request.not_open. */
export async function withdrawChangeRequest(tx: Tx, input: Close): Promise<void> {
  await close(tx, input, 'withdrawn');
}

async function close(tx: Tx, input: Close, status: 'declined' | 'withdrawn'): Promise<void> {
  const request = await tx.selectFrom('app.change_requests').select(['id', 'status', 'audience_id', 'space_id']).where('id', '=', input.id).executeTakeFirst();
  if (!request) throw notFound();
  if (request.status !== 'open') throw new Refusal('library.change_request.not_open', { status: 409 });
  const done = await tx
    .updateTable('app.change_requests')
    .set({ status, decided_by: input.byline_id, decided_at: new Date(), decision_reason: input.reason.trim() })
    .where('id', '=', input.id)
    .where('status', '=', 'open')
    .executeTakeFirst();
  if (!Number(done.numUpdatedRows)) throw new Refusal('library.change_request.may_not_decide', { status: 403 });
  await record(tx, {
    kind: `change_request.${status}`,
    audienceId: request.audience_id,
    bylineId: input.byline_id,
    subjectKind: 'change_request',
    subjectId: input.id,
    data: { space_id: request.space_id },
  });
}
