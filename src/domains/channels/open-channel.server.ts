import { sql } from 'kysely';
import { openConversation } from '#domains/conversations/open-conversation.server.ts';
import { addToCircle } from '#domains/people/add-to-circle.server.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { asRefusal, notFound, Refusal } from '#platform/errors.ts';
import { record } from '#platform/events.server.ts';
import { keyedId, newId, shortId } from '#platform/ids.ts';
import { parse, sameAgain } from '#platform/input.ts';
import { OpenChannel, slugOf } from './model.ts';
import { needFittingLabels } from './need-fitting-labels.server.ts';
import { findChannelById } from './queries.server.ts';

/**
 * Opens a channel and its conversation. A repeated form finds the channel it made before.
 * Refuses: channels.channel.unnamed, .name_too_long, .taken, channels.ceiling.not_admitted, conversations.marking.above_ceiling, common.key_reused, common.not_found (an audience that is not mine); for readers one names channels.readers.unknown, .many, people.member.not_found, people.organization.not_found.
 */
export async function openChannel(tx: Tx, input: unknown): Promise<{ id: string; slug: string }> {
  const wanted = parse(OpenChannel, input);
  const { rows } = await sql<{ me: string; byline_id: string }>`
		select app.me() as me, b.id as byline_id from app.bylines b where b.member_id = (select app.me()) and b.kind = 'person'`.execute(tx);
  const mine = rows[0];
  if (!mine) throw notFound();
  const id = keyedId('channel', mine.me, wanted.retry_key);
  const before = await findChannelById(tx, id);
  if (before) return { id, slug: sameAgain(before, { name: wanted.name, purpose: wanted.purpose, ceiling: wanted.ceiling }).slug };
  const audience = wanted.audience_id === 'named' ? await nameReaders(tx, wanted) : wanted.audience_id;
  await needFittingLabels(tx, audience, wanted);
  // Only what all members read may take a plain name: a taken one would tell that a hidden channel exists.
  const slug = audience <= 2 ? slugOf(wanted.name) : `${slugOf(wanted.name)}-${shortId(6)}`;
  await sql`insert into app.channels (id, slug, audience_id, name, purpose, byline_id) values (${id}, ${slug}, ${audience}, ${wanted.name}, ${wanted.purpose}, ${mine.byline_id})`
    .execute(tx)
    .catch((error) => {
      throw taken(error);
    });
  await openConversation(tx, {
    subject: { kind: 'channel', id },
    ceiling: wanted.ceiling,
    audience_id: audience,
    starters: wanted.starters,
    marking: wanted.marking,
  });
  await record(tx, { kind: 'channel.opened', audienceId: audience, bylineId: mine.byline_id, subjectKind: 'channel', subjectId: id });
  return { id, slug };
}

/** The readers of a channel that is for those I name: a circle of its own, which follows as people come to an organization or leave it. */
async function nameReaders(tx: Tx, wanted: OpenChannel): Promise<number> {
  const [id, slug] = [newId(), `${slugOf(wanted.name)}-${shortId(6)}`];
  const made = await sql<{
    audience: number;
  }>`with a as materialized (select app.make_readers(${id}, ${slug}, ${wanted.name}) as audience) select audience from a`.execute(tx);
  for (const reader of wanted.readers) {
    const [kind, name] = reader.split('/');
    await addToCircle(tx, { circle: slug, usualEnd: true, ...(kind === 'person' ? { member: name } : { organization: name }) });
  }
  return made.rows[0]!.audience;
}

function taken(error: unknown): unknown {
  return (error as { constraint?: string }).constraint === 'channels_slug_key' ? new Refusal('channels.channel.taken', { status: 409 }) : asRefusal(error);
}
