import { sql } from 'kysely';
import * as v from 'valibot';
import { withoutIds } from '#lib/text/references.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';
import { parse } from '#platform/input.ts';
import { readableReferences } from './chips.server.ts';
import { React } from './model.ts';

/** One emoji under a message: who reacted with it, by byline and by name, the first one first. */
export type Reaction = { emoji: string; by: string[]; names: string[] };
export type Acts = { reactions: Reaction[]; pinned: boolean };
export type Pin = {
  message_id: string;
  thread_id: string;
  thread: string;
  number: number;
  name: string | null;
  body: string;
  pinned_by: string | null;
  at: Date;
};
export type Saved = {
  id: string;
  thread_id: string;
  thread: string;
  number: number;
  subject_kind: string;
  subject_id: string;
  name: string | null;
  body: string;
  marking: string | null;
  gone: boolean;
  moderated: boolean;
  at: Date;
};

const Id = v.object({ id: v.pipe(v.string(), v.uuid('conversations.message.not_found')) });
const notThere = () => new Refusal('conversations.message.not_found', { status: 404 });
const mine = sql`(select b.id from app.bylines b where b.member_id = (select app.me()) and b.kind = 'person')`;

/** Puts my emoji under a message, or takes it away; twice changes nothing. Refuses: conversations.message.not_found, .unknown_emoji, .not_reacting. */
export async function react(tx: Tx, input: unknown): Promise<void> {
  const { id, emoji, on } = parse(React, input);
  const { rows } = await sql<{
    may: boolean;
  }>`select app.may_react(m.audience_id) as may from app.messages m where m.id = ${id} and m.deleted_at is null`.execute(tx);
  if (!rows[0]) throw notThere();
  if (!rows[0].may) throw new Refusal('conversations.message.not_reacting', { status: 403 });
  tx.notes.wake = true;
  if (!on)
    return void (await sql`delete from app.reactions where message_id = ${id} and emoji = ${emoji} and byline_id in (select app.my_bylines())`.execute(tx));
  await sql`insert into app.reactions (message_id, audience_id, byline_id, emoji) select m.id, m.audience_id, ${mine}, ${emoji} from app.messages m where m.id = ${id}
    on conflict do nothing`.execute(tx);
}

/** Puts my emoji there, or takes it away where it is. Refuses as reacting does. */
export async function toggleReaction(tx: Tx, input: { id: string; emoji: unknown }): Promise<void> {
  const { rows } =
    await sql`select from app.reactions where message_id = ${input.id} and emoji = ${String(input.emoji)} and byline_id in (select app.my_bylines())`.execute(
      tx,
    );
  tx.notes.wake = true;
  await react(tx, { ...input, on: rows.length === 0 });
}

/** Keeps a message at hand for all who read the conversation, or lets it go. Refuses: conversations.message.not_found, .not_pinning. */
export async function pinMessage(tx: Tx, input: { id: string; on: boolean }): Promise<void> {
  const { id } = parse(Id, input);
  const { rows } = await sql<{
    may: boolean;
  }>`select app.may_talk(m.audience_id) as may from app.messages m where m.id = ${id} and m.deleted_at is null`.execute(tx);
  if (!rows[0]) throw notThere();
  if (!rows[0].may) throw new Refusal('conversations.message.not_pinning', { status: 403 });
  tx.notes.wake = true;
  await (input.on
    ? sql`insert into app.pins (message_id, conversation_id, audience_id, byline_id) select m.id, m.conversation_id, m.audience_id, ${mine} from app.messages m where m.id = ${id} on conflict do nothing`
    : sql`delete from app.pins where message_id = ${id}`
  ).execute(tx);
}

/** Keeps a message for myself, or lets it go. Refuses: conversations.message.not_found, common.not_allowed. */
export async function saveMessage(tx: Tx, input: { id: string; on: boolean }): Promise<void> {
  const { id } = parse(Id, input);
  const { rows } = await sql`select from app.messages where id = ${id} and (deleted_at is null or not ${input.on})`.execute(tx);
  if (!rows.length) throw notThere();
  const { rows: may } = await sql<{ may: boolean }>`select app.may_keep_own() as may`.execute(tx);
  if (!may[0]?.may) throw new Refusal('common.not_allowed', { status: 403 });
  await (input.on
    ? sql`insert into app.saved_messages (member_id, message_id, audience_id) select app.me(), m.id, m.audience_id from app.messages m where m.id = ${id} on conflict do nothing`
    : sql`delete from app.saved_messages where message_id = ${id}`
  ).execute(tx);
}

/** What stands under each of these messages. */
export async function listActs(tx: Tx, ids: string[]): Promise<Map<string, Acts>> {
  if (!ids.length) return new Map();
  const { rows } = await sql<{ id: string; reactions: Reaction[] | null; pinned: boolean }>`
    select m.id, exists (select from app.pins p where p.message_id = m.id) as pinned,
      (select jsonb_agg(jsonb_build_object('emoji', x.emoji, 'by', x.by, 'names', x.names) order by x.first, x.emoji) from (
        select r.emoji, min(r.at) as first, jsonb_agg(r.byline_id order by r.at, r.byline_id) as by, jsonb_agg(coalesce(b.name, '') order by r.at, r.byline_id) as names
          from app.reactions r left join app.bylines b on b.id = r.byline_id where r.message_id = m.id group by r.emoji) x) as reactions
      from app.messages m where m.id = any(${ids}::uuid[])`.execute(tx);
  return new Map(rows.map(({ id, reactions, pinned }) => [id, { reactions: reactions ?? [], pinned }]));
}

/** Which of these messages name me, or those I work with, as a row each says. */
export async function listNamingMe(tx: Tx, ids: string[]): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`select distinct message_id as id from app.mentions where message_id = any(${ids}::uuid[])`.execute(tx);
  return new Set(rows.map(({ id }) => id));
}

/** What a conversation keeps at hand, the latest first. */
export async function listPins(tx: Tx, conversationId: string): Promise<Pin[]> {
  const { rows } = await sql<Pin>`
    with c as (select id, audience_id from app.conversations where id = ${conversationId})
    select p.message_id, m.thread_id, t.title as thread, m.thread_number as number, b.name, m.body, y.name as pinned_by, p.at from app.pins p
      join app.messages m on m.id = p.message_id and m.audience_id = p.audience_id join app.threads t on t.id = m.thread_id
      left join app.bylines b on b.id = m.byline_id left join app.bylines y on y.id = p.byline_id
     where p.conversation_id = (select id from c) and p.audience_id = (select audience_id from c) order by p.at desc, p.message_id limit 100`.execute(tx);
  return rows;
}

/** What I saved, the latest first; what I may no longer read is not in it. */
export async function listSaved(tx: Tx): Promise<Saved[]> {
  const { rows } = await sql<Saved>`
    select m.id, m.thread_id, t.title as thread, m.thread_number as number, c.subject_kind, c.subject_id, b.name, m.body, m.marking, m.deleted_at is not null as gone, m.moderated_as is not null as moderated, s.at
      from app.saved_messages s join app.messages m on m.id = s.message_id and m.audience_id = s.audience_id join app.threads t on t.id = m.thread_id
      join app.conversations c on c.id = m.conversation_id left join app.bylines b on b.id = m.byline_id order by s.at desc, m.id limit 500`.execute(tx);
  return rows;
}

/** Have I saved this message? */
export async function isSaved(tx: Tx, id: string): Promise<boolean> {
  return (await sql`select from app.saved_messages where message_id = ${id}`.execute(tx)).rows.length > 0;
}

export type Version = { body: string; marking: string | null; at: Date };

/** What a message said, from the first version to the present one; only the words, for whoever reads it now. */
export async function listVersions(tx: Tx, id: string): Promise<Version[]> {
  const { rows } = await sql<Version & { since: Date }>`
    select r.body, r.marking, r.replaced_at as at from app.message_revisions r where r.message_id = ${id} order by r.replaced_at, r.id`.execute(tx);
  const { rows: now } = await sql<
    Version & { created_at: Date }
  >`select body, marking, created_at from app.messages where id = ${id} and deleted_at is null`.execute(tx);
  const present = now[0];
  if (!present) return [];
  // A revision knows when it was replaced: each version began when the one before it ended.
  const began = [present.created_at, ...rows.map(({ at }) => at)];
  // What a moderator removed and put back stands there twice, unchanged.
  return [...rows, present]
    .map(({ body, marking }, i) => ({ body, marking, at: began[i]! }))
    .filter((each, i, all) => i === 0 || each.body !== all[i - 1]!.body || each.marking !== all[i - 1]!.marking);
}

/** The same for a reader: what the words refer to is called as this reader sees it now. */
export async function readVersions(tx: Tx, id: string): Promise<Version[]> {
  const versions = await listVersions(tx, id);
  for (const version of versions) version.body = withoutIds(await readableReferences(tx, version.body));
  return versions;
}
