import { sql } from 'kysely';
import { openConversation } from '#domains/conversations/open-conversation.server.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { asRefusal, notFound, Refusal } from '#platform/errors.ts';
import { record } from '#platform/events.server.ts';
import { keyedId, shortId } from '#platform/ids.ts';
import { parse, sameAgain } from '#platform/input.ts';
import { OpenChannel, slugOf } from './model.ts';
import { findChannelById } from './queries.server.ts';

/**
 * Opens a channel and its conversation. A repeated form finds the channel it made before.
 * Refuses: channels.channel.unnamed, .name_too_long, .taken, channels.ceiling.not_admitted, common.key_reused, common.not_found (an audience that is not mine).
 */
export async function openChannel(tx: Tx, input: unknown): Promise<{ id: string; slug: string }> {
  const wanted = parse(OpenChannel, input);
  const { rows } = await sql<{ me: string; byline_id: string; admits: boolean }>`
		select app.me() as me, b.id as byline_id, app.marking_admits(${wanted.ceiling}, ${wanted.audience_id}) as admits from app.bylines b where b.member_id = (select app.me()) and b.kind = 'person'`.execute(
    tx,
  );
  const mine = rows[0];
  if (!mine) throw notFound();
  if (!mine.admits) throw new Refusal('channels.ceiling.not_admitted', { details: { label: wanted.ceiling } });
  const id = keyedId('channel', mine.me, wanted.retry_key);
  const before = await findChannelById(tx, id);
  if (before) return { id, slug: sameAgain(before, { name: wanted.name, purpose: wanted.purpose, ceiling: wanted.ceiling }).slug };
  // Only what all members read may take a plain name: a taken one would tell that a hidden channel exists.
  const slug = wanted.audience_id <= 2 ? slugOf(wanted.name) : `${slugOf(wanted.name)}-${shortId(6)}`;
  await sql`insert into app.channels (id, slug, audience_id, name, purpose, byline_id) values (${id}, ${slug}, ${wanted.audience_id}, ${wanted.name}, ${wanted.purpose}, ${mine.byline_id})`
    .execute(tx)
    .catch((error) => {
      throw taken(error);
    });
  await openConversation(tx, { subject: { kind: 'channel', id }, ceiling: wanted.ceiling, audience_id: wanted.audience_id, starters: wanted.starters });
  await record(tx, { kind: 'channel.opened', audienceId: wanted.audience_id, bylineId: mine.byline_id, subjectKind: 'channel', subjectId: id });
  return { id, slug };
}

function taken(error: unknown): unknown {
  return (error as { constraint?: string }).constraint === 'channels_slug_key' ? new Refusal('channels.channel.taken', { status: 409 }) : asRefusal(error);
}
