import { sql } from 'kysely';
import * as v from 'valibot';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound, Refusal } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { parse } from '#platform/input.ts';
import { openConversation } from './open-conversation.server.ts';

/** RED goes to at most 50 named people; so does every direct conversation. */
const MOST = 49;
/** The slugs of those one writes to: one as a word, several as a list. */
export const OpenDirect = v.object({
  people: v.pipe(
    v.union([v.string(), v.array(v.string())]),
    v.transform((value) => [...new Set((Array.isArray(value) ? value : [value]).filter(Boolean))]),
    v.minLength(1, 'conversations.direct.nobody'),
    v.maxLength(MOST, 'conversations.direct.many'),
  ),
});

export type Direct = {
  id: string;
  conversation_id: string;
  people: { slug: string; name: string }[];
  label: string;
  closed: boolean;
  unread: number;
  last_at: Date | null;
};

const direct = sql`
    select c.subject_id as id, c.id as conversation_id, a.label, c.closed_at is not null as closed, coalesce(n.unread, 0)::int as unread, n.last_at,
      coalesce((select jsonb_agg(jsonb_build_object('slug', m.slug, 'name', m.name) order by m.name, m.slug) from app.audience_members am join app.members m on m.id = am.member_id
        where am.audience_id = c.audience_id and m.id <> app.me()), '[]') as people
      from app.conversations c join app.audiences a on a.id = c.audience_id
      left join lateral (select sum(greatest(k.last_number - greatest(coalesce(r.number, 0), t.history_number), 0)) as unread, max(k.last_at) as last_at
        from app.threads t join app.counters k on k.scope_id = t.id left join app.read_markers r on r.thread_id = t.id and r.member_id = app.me()
        where t.conversation_id = c.id and t.audience_id = c.audience_id) n on true
     where c.subject_kind = 'direct'`;

/** My direct conversations, the latest first, with those who are in them beside me and what I have not read. */
export async function listDirect(tx: Tx): Promise<Direct[]> {
  const { rows } = await sql<Direct>`${direct} order by n.last_at desc nulls last, c.created_at desc, c.id limit 500`.execute(tx);
  return rows;
}

/** One of them by its address, or undefined: absent and not mine alike. */
export async function findDirect(tx: Tx, id: string): Promise<Direct | undefined> {
  const { rows } = await sql<Direct>`${direct} and c.subject_id = ${id}`.execute(tx);
  return rows[0];
}

/**
 * Opens the conversation of exactly these people and myself, or gives back the one there is. Nobody is ever added: with one more it is another conversation.
 * Refuses with conversations.direct.nobody, .many, .oneself, people.member.not_found (also whom I cannot see, and whoever is suspended).
 */
export async function openDirect(tx: Tx, input: unknown): Promise<{ id: string; conversation_id: string }> {
  const { people } = parse(OpenDirect, input);
  const { rows } = await sql<{ id: string; slug: string; name: string; mine: boolean; active: boolean }>`
    select m.id, m.slug, m.name, m.id = app.me() as mine, m.status = 'active' as active from app.members m where m.slug = any(${people}::text[]) or m.id = app.me() order by m.name, m.id`.execute(
    tx,
  );
  const me = rows.find((each) => each.mine);
  if (!me) throw notFound('people.member.not_found');
  const wanted = people.filter((slug) => slug !== me.slug);
  if (!wanted.length) throw new Refusal('conversations.direct.oneself');
  if (rows.length !== wanted.length + 1 || rows.some((each) => !each.active)) throw notFound('people.member.not_found');
  const ids = rows.map((each) => each.id);
  // Two who write to each other at the same moment meet in one conversation.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`direct ${[...ids].sort().join(' ')}`}, 0))`.execute(tx);
  // Those it was made for, not who is in it just now: whoever is away comes back, and it is theirs.
  const before = await sql<{ id: string; conversation_id: string }>`
    select c.subject_id as id, c.id as conversation_id from app.conversations c join app.audiences a on a.id = c.audience_id and a.kind = 'named' and a.frozen
     where c.subject_kind = 'direct' and (select array_agg(n.member_id order by n.member_id) from app.named_people n where n.audience_id = c.audience_id)
       = (select array_agg(p order by p) from unnest(${ids}::uuid[]) p) order by c.created_at limit 1`.execute(tx);
  if (before.rows[0]) return before.rows[0];
  const label = new Intl.ListFormat('en', { type: 'unit' }).format(rows.map((each) => each.name)).slice(0, 200);
  const made = await sql<{ audience: number }>`
    with a as materialized (select app.audience_of_people(${ids}::uuid[], ${label}) as audience) select audience from a`.execute(tx);
  const audience_id = made.rows[0]!.audience;
  const { rows: labels } = await sql<{
    label: 'TLP:GREEN';
  }>`select label from app.marking_outlets where app.marking_admits(label, ${audience_id}) order by rank desc limit 1`.execute(tx);
  const id = newId();
  const opened = await openConversation(tx, { subject: { kind: 'direct', id }, ceiling: labels[0]?.label ?? 'TLP:GREEN', audience_id });
  return { id, conversation_id: opened.id };
}
