import { fillChips } from '#domains/conversations/chips.server.ts';
import { messageView } from '#domains/conversations/message-view.server.ts';
import { movedMessage } from '#domains/conversations/move-thread.server.ts';
import { listPlacedMessages, type PlacedMessage } from '#domains/conversations/queries.server.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { addressIn, type Place, placesOf } from '../places.server.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A message and where it stands, as the reader may see it. Refuses: common.not_found, for absent and not-yours alike. */
export async function placed(tx: Tx, id: string): Promise<{ message: PlacedMessage; place: Place; address: string }> {
  const message = UUID.test(id) ? ((await listPlacedMessages(tx, [id]))[0] ?? (await listPlacedMessages(tx, await movedMessage(tx, id)))[0]) : undefined;
  const place = message && (await placesOf(tx, [{ subjectId: message.subject_id }])).get(message.subject_id);
  if (!message || !place) throw notFound();
  const thread = addressIn(place, message.subject_kind, message.thread_id);
  const page = message.before ?? (message.behind ? 'end' : undefined);
  const before = page ? `${thread.includes('?') ? '&' : '?'}before=${page}` : '';
  return { message, place, address: `${thread}${before}#m-${message.id}` };
}

/** A message as its pages of acts show it, with where it stands. Refuses: common.not_found. */
export async function shownMessage(tx: Tx, id: string) {
  const { message, place, address } = await placed(tx, id);
  const view = messageView(message);
  return { row: message, message: { ...view, html: (await fillChips(tx, [view.html]))[0] ?? '' }, thread: message.thread, place: place.name, address };
}
