import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import type { AudienceChoice, Channel, Keeper } from './model.ts';

const channels = sql`
	select ch.id, ch.slug, ch.name, ch.purpose, ch.archived_at, a.label as audience, a.kind as audience_kind, a.size as readers, c.ceiling, c.id as conversation_id,
		coalesce(n.unread, 0) as unread, coalesce(n.fresh, 0) as fresh, coalesce(n.threads, 0) as threads, n.last_at, app.may_keep_channel(ch.id) as may_change,
		ch.rules, ch.everyone_joins, c.marking, c.starters, coalesce(i.level, 'mentions') as level, ci.slug as circle,
		-- A closed one stands in the list of whoever was let in; an open one in everybody's, or in those who joined.
		coalesce(i.joined, ch.everyone_joins or a.kind not in ('public', 'everyone')) as joined
	from app.channels ch
	join app.audiences a on a.id = ch.audience_id
	join app.conversations c on c.subject_id = ch.id and c.subject_kind = 'channel' and c.audience_id = ch.audience_id
	left join app.circles ci on a.kind = 'circle' and ci.id = a.ref and ci.for_channel
	left join app.involvements i on i.conversation_id = c.id and i.member_id = (select app.me())
	left join lateral (
		select sum(u.n)::int as unread, sum(u.n) filter (where f.state is distinct from 'muted')::int as fresh, count(*)::int as threads, max(k.last_at) as last_at
		from app.threads t join app.counters k on k.scope_id = t.id left join app.read_markers r on r.thread_id = t.id and r.member_id = (select app.me())
			left join app.thread_follows f on f.thread_id = t.id and f.member_id = (select app.me())
			cross join lateral (select greatest(case when (select app.me()) is not null then k.last_number - greatest(coalesce(r.number, 0), t.history_number) end, 0) as n) u
		where t.moved_to is null and t.conversation_id = c.id and t.audience_id = c.audience_id) n on true`;

/** The channels I may read, those open to most people first, with what I have not read; to a visitor nothing is new, for nobody knows what they read. */
export async function listChannels(tx: Tx): Promise<Channel[]> {
  const { rows } =
    await sql<Channel>`${channels} where ch.archived_at is null order by array_position(array['public','everyone'], a.kind) nulls last, a.label, ch.name`.execute(
      tx,
    );
  return rows;
}

/** Those of them that were archived, the latest first. */
export async function listArchivedChannels(tx: Tx): Promise<Channel[]> {
  const { rows } = await sql<Channel>`${channels} where ch.archived_at is not null order by ch.archived_at desc, ch.id limit 500`.execute(tx);
  return rows;
}

/** Who keeps a channel I may read: whoever opened it, and whom they named. Stewards and moderators keep every channel they read. */
export async function listKeepers(tx: Tx, channelId: string): Promise<Keeper[]> {
  const { rows } = await sql<Keeper>`
		select b.id as byline_id, m.slug, b.name, ch.byline_id is not distinct from b.id as opened from app.channels ch
		join app.bylines b on b.id = ch.byline_id or b.id in (select k.byline_id from app.channel_keepers k where k.channel_id = ch.id)
		left join app.members m on m.id = b.member_id where ch.id = ${channelId} order by opened desc, b.name, b.id`.execute(tx);
  return rows;
}

/** One channel by its address, if I may read it. */
export async function findChannel(tx: Tx, slug: string): Promise<Channel | undefined> {
  const { rows } = await sql<Channel>`${channels} where ch.slug = ${slug}`.execute(tx);
  return rows[0];
}

/** One channel by its id, if I may read it. */
export async function findChannelById(tx: Tx, id: string): Promise<Channel | undefined> {
  const { rows } = await sql<Channel>`${channels} where ch.id = ${id}`.execute(tx);
  return rows[0];
}

/** Whom I could name as keepers: who reads the channel and does not keep it yet, as far as I see them. */
export async function listEligible(tx: Tx, channelId: string): Promise<Array<{ slug: string; name: string }>> {
  const { rows } = await sql<{ slug: string; name: string }>`
    select m.slug, m.name from app.channels ch join app.audience_members am on am.audience_id = case ch.audience_id when 1 then 2 else ch.audience_id end
        join app.members m on m.id = am.member_id and m.status = 'active' join app.bylines b on b.member_id = m.id and b.kind = 'person'
     where ch.id = ${channelId} and b.id <> ch.byline_id and not exists (select from app.channel_keepers k where k.channel_id = ch.id and k.byline_id = b.id)
     order by lower(m.name), m.slug limit 500`.execute(tx);
  return rows;
}

/** May I open a channel for those I name, and whom could I name: people and organizations I see. */
export async function listNameable(
  tx: Tx,
): Promise<{ may_name: boolean; people: Array<{ slug: string; name: string }>; organizations: Array<{ slug: string; name: string }> }> {
  const { rows } = await sql<{ may_name: boolean }>`select app.may_name_readers() as may_name`.execute(tx);
  if (!rows[0]?.may_name) return { may_name: false, people: [], organizations: [] };
  const people = await sql<{
    slug: string;
    name: string;
  }>`select slug, name from app.members where status = 'active' and id <> app.me() order by name, slug limit 1000`.execute(tx);
  const organizations = await sql<{
    slug: string;
    name: string;
  }>`select slug, name from app.organizations where ended_on is null order by name, slug limit 1000`.execute(tx);
  return { may_name: true, people: people.rows, organizations: organizations.rows };
}

/** For whom I may open a channel, and the labels each of them admits. */
export async function listAudienceChoices(tx: Tx): Promise<AudienceChoice[]> {
  const { rows } = await sql<AudienceChoice>`
		select a.id, a.kind, a.label, a.size, array(select o.label from app.marking_outlets o where app.marking_admits(o.label, a.id) order by o.rank) as labels
		from app.audiences a where a.kind not in ('named', 'jurisdiction') and not exists (select from app.circles c where a.kind = 'circle' and c.id = a.ref and c.for_channel) and app.may_talk(a.id) and (a.id <> 1 or app.has_role('{steward,moderator}'))
		order by a.id <> 2, a.id <> 1, a.label`.execute(tx);
  return rows;
}
