import { isSeen } from '#domains/conversations/load-conversation.server.ts';
import { myAnswer } from '#domains/library/upkeep/answer-page.server.ts';
import { findUpkeep, seePage } from '#domains/library/upkeep/queries.server.ts';
import { isWatching } from '#domains/library/watching/watch.server.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';

/** What stands at the foot of a text for whoever is signed in; what rang of the page rings no more. */
export async function readFoot(tx: Tx, pageId: string, request: Request) {
  if (isSeen(request)) await seePage(tx, pageId);
  return { upkeep: await findUpkeep(tx, pageId), watching: await isWatching(tx, 'page', pageId), answer: await myAnswer(tx, pageId), retryKey: newId() };
}
