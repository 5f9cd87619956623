import { listEligible, listKeepers } from '#domains/channels/queries.server.ts';
import { maySettle } from '#domains/conversations/moderation/queries.server.ts';
import type { Tx } from '#platform/database/open.server.ts';

/** Who keeps a channel, whom I could name for it, and whether I decide there about messages. */
export async function keepingOf(tx: Tx, channel: { id: string; conversation_id: string; may_change: boolean }, known: boolean) {
  return {
    keepers: await listKeepers(tx, channel.id),
    eligible: channel.may_change ? await listEligible(tx, channel.id) : [],
    moderates: known && (await maySettle(tx, channel.conversation_id)),
  };
}
