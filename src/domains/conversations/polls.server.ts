import { sql } from 'kysely';
import * as v from 'valibot';
import type { Tx } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';
import { parse } from '#platform/input.ts';

const yes = v.optional(v.boolean(), false);
export const NewPoll = v.object({
  options: v.pipe(
    v.array(v.pipe(v.string(), v.trim(), v.maxLength(200, 'conversations.poll.option_too_long'))),
    v.transform((options) => [...new Set(options.filter(Boolean))]),
    v.minLength(2, 'conversations.poll.few_options'),
    v.maxLength(20, 'conversations.poll.many_options'),
  ),
  multiple: yes,
  named: yes,
  /** Hours from now; none: it stays open. */
  hours: v.nullish(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(24 * 366)), null),
});
export const Vote = v.object({ id: v.pipe(v.string(), v.uuid('conversations.poll.not_found')), places: v.array(v.pipe(v.number(), v.integer())) });
export type PollOption = { place: number; words: string; votes: number; names: string[] | null };
/** What a poll says to all its readers alike. */
export type PollState = { multiple: boolean; named: boolean; closes_at: string | null; closed: boolean; voters: number; options: PollOption[] };
/** mine: what I chose; may_vote: it is open to me. */
export type Poll = PollState & { mine: number[]; may_vote: boolean };

/** Puts a poll under a message that was posted in this very transaction. Refuses: conversations.poll.few_options, .many_options, .option_too_long. */
export async function askPoll(tx: Tx, messageId: string, input: unknown): Promise<void> {
  const { options, multiple, named, hours } = parse(NewPoll, input);
  await sql`insert into app.polls (message_id, audience_id, multiple, named, closes_at)
    select m.id, m.audience_id, ${multiple}, ${named}, now() + make_interval(hours => ${hours}::int) from app.messages m where m.id = ${messageId}`.execute(tx);
  await sql`insert into app.poll_options (message_id, audience_id, place, words)
    select m.id, m.audience_id, o.place, o.words from app.messages m, unnest(${options}::text[]) with ordinality o(words, place) where m.id = ${messageId}`.execute(
    tx,
  );
}

/** My answer in place of the one before; none takes it back. Refuses: conversations.poll.not_found, .not_voting, .closed, .only_one. */
export async function vote(tx: Tx, input: unknown): Promise<void> {
  const { id, places } = parse(Vote, input);
  await sql`select app.vote(${id}, ${places}::int[])`.execute(tx);
  tx.notes.wake = true;
}

/** The polls under these messages; whose votes they are only where the poll says so. */
export async function listPolls(tx: Tx, ids: string[]): Promise<Map<string, PollState>> {
  if (!ids.length) return new Map();
  const { rows } = await sql<PollState & { id: string; closes_at: Date | null }>`
    with c as materialized (select * from app.poll_counts(${ids}::uuid[]))
    select p.message_id as id, p.multiple, p.named, p.closes_at, coalesce(p.closes_at <= now(), false) as closed, (select coalesce(max(c.voters), 0) from c where c.message_id = p.message_id) as voters,
      (select jsonb_agg(jsonb_build_object('place', o.place, 'words', o.words, 'votes', coalesce(c.votes, 0), 'names',
          case when p.named then (select coalesce(jsonb_agg(coalesce(b.name, '') order by b.name), '[]') from app.poll_votes v left join app.bylines b on b.id = v.byline_id where v.message_id = o.message_id and v.place = o.place) end) order by o.place)
         from app.poll_options o left join c on c.message_id = o.message_id and c.place = o.place where o.message_id = p.message_id) as options
      from app.polls p where p.message_id = any(${ids}::uuid[])`.execute(tx);
  return new Map(rows.map(({ id, closes_at, ...poll }) => [id, { ...poll, closes_at: closes_at?.toISOString() ?? null }]));
}

/** One poll as I see it. Refuses: conversations.poll.not_found. */
export async function findPoll(tx: Tx, id: string): Promise<Poll> {
  const poll = (await withMine(tx, await listPolls(tx, [id]))).get(id);
  if (!poll) throw new Refusal('conversations.poll.not_found', { status: 404 });
  return poll;
}

/** The same polls with what I chose in them. */
export async function withMine(tx: Tx, polls: Map<string, PollState>): Promise<Map<string, Poll>> {
  if (!polls.size) return new Map();
  const { rows } = await sql<{ id: string; mine: number[]; may: boolean }>`
    select p.message_id as id, app.may_react(p.audience_id) as may, array(select v.place from app.poll_votes v where v.message_id = p.message_id and v.byline_id in (select app.my_bylines()) order by 1) as mine
      from app.polls p where p.message_id = any(${[...polls.keys()]}::uuid[])`.execute(tx);
  return new Map(rows.flatMap(({ id, mine, may }) => (polls.has(id) ? [[id, { ...polls.get(id)!, mine, may_vote: may && !polls.get(id)!.closed }]] : [])));
}
