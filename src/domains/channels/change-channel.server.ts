import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { asRefusal, notFound, Refusal } from '#platform/errors.ts';
import { record } from '#platform/events.server.ts';
import { parse } from '#platform/input.ts';
import { ChangeChannel } from './model.ts';
import { needFittingLabels } from './need-fitting-labels.server.ts';
import { findChannelById } from './queries.server.ts';

/**
 * Changes what a channel is called, what it is for, its rules, its highest and its usual label, who starts threads, in whose list it stands. What was said keeps its labels.
 * Refuses: channels.channel.not_yours, .unnamed, .name_too_long, .purpose_too_long, .rules_too_long, channels.ceiling.not_admitted, conversations.marking.above_ceiling.
 */
export async function changeChannel(tx: Tx, id: string, input: unknown): Promise<void> {
  const wanted = parse(ChangeChannel, input);
  const channel = await findChannelById(tx, id);
  if (!channel) throw notFound();
  if (!channel.may_change) throw new Refusal('channels.channel.not_yours', { status: 403 });
  const ceiling = wanted.ceiling ?? channel.ceiling;
  const marking = wanted.marking === undefined ? channel.marking : wanted.marking;
  await needFittingLabels(tx, sql<number>`(select audience_id from app.channels where id = ${id})`, { ceiling, marking });
  await sql`update app.channels set name = ${wanted.name ?? channel.name}, purpose = ${wanted.purpose ?? channel.purpose}, rules = ${wanted.rules ?? channel.rules},
    everyone_joins = ${wanted.everyone_joins ?? channel.everyone_joins} where id = ${id}`.execute(tx);
  await sql`update app.conversations set ceiling = ${ceiling}, marking = ${marking}, starters = ${wanted.starters ?? channel.starters} where id = ${channel.conversation_id}`
    .execute(tx)
    .catch((error) => {
      throw asRefusal(error);
    });
  await tell(tx, id, 'channel.changed');
}

/** Archives a channel, or opens it again: archived it is read and found, and nothing is written in it. Refuses: channels.channel.not_yours. */
export async function archiveChannel(tx: Tx, id: string, archived: boolean): Promise<void> {
  const channel = await findChannelById(tx, id);
  if (!channel) throw notFound();
  if (!channel.may_change) throw new Refusal('channels.channel.not_yours', { status: 403 });
  if ((channel.archived_at !== null) === archived) return;
  await sql`update app.channels set archived_at = case when ${archived} then now() end where id = ${id}`.execute(tx);
  await tell(tx, id, archived ? 'channel.archived' : 'channel.reopened');
}

/** Names somebody who writes in a channel as its keeper, by their short name, or takes that back. Refuses: channels.channel.not_yours, people.member.not_found. */
export async function nameKeeper(tx: Tx, id: string, input: { member: string; keeps: boolean }): Promise<void> {
  const channel = await findChannelById(tx, id);
  if (!channel) throw notFound();
  const { rows } = await sql<{ byline_id: string; fits: boolean; mine: boolean }>`
    select b.id as byline_id, app.may_be_keeper(${id}, b.id) as fits, m.id = app.me() as mine from app.members m join app.bylines b on b.member_id = m.id and b.kind = 'person' where m.slug = ${input.member}`.execute(
    tx,
  );
  const named = rows[0];
  // Whoever keeps a channel may lay it down themselves.
  if (!channel.may_change && !(named?.mine && !input.keeps)) throw new Refusal('channels.channel.not_yours', { status: 403 });
  if (!named || (input.keeps && !named.fits)) throw notFound('people.member.not_found');
  // Before: whoever lays it down keeps it no more, and an event by them would be refused.
  if (channel.may_change) await tell(tx, id, 'channel.changed');
  if (input.keeps)
    await sql`insert into app.channel_keepers (channel_id, audience_id, byline_id) select id, audience_id, ${named.byline_id} from app.channels where id = ${id} on conflict do nothing`.execute(
      tx,
    );
  else await sql`delete from app.channel_keepers where channel_id = ${id} and byline_id = ${named.byline_id}`.execute(tx);
}

async function tell(tx: Tx, id: string, kind: string): Promise<void> {
  const { rows } = await sql<{ audience_id: number; byline_id: string }>`
    select ch.audience_id, b.id as byline_id from app.channels ch, app.bylines b where ch.id = ${id} and b.member_id = app.me() and b.kind = 'person'`.execute(
    tx,
  );
  const { audience_id, byline_id } = rows[0]!;
  await record(tx, { kind, audienceId: audience_id, bylineId: byline_id, subjectKind: 'channel', subjectId: id });
}
