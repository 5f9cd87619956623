import { sql } from 'kysely';
import { type Mention, type MentionKind, mentionsIn, replaceMentions, writeMention } from '#lib/text/mentions.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { BODY_LIMIT } from './model.ts';

/** Someone to name. reads: do they read what is said to these readers? Null where the asker may not know. */
export type Named = {
  kind: MentionKind;
  id: string;
  name: string;
  slug: string;
  from: string | null;
  reads: boolean | null /** Nobody else I may see is called so. */;
  alone: boolean;
};
/** Somebody named in a message who does not read it, as far as its writer may know; some: a body or circle of which part does. */
export type Unseen = { message_id: string; name: string; some: boolean };

// Whom I may see, with my own eyes: row-level security leaves out the rest.
const everybody = sql`
  select 'person' as kind, b.id, m.id as member_id, m.name, m.slug, o.name as "from" from app.members m join app.bylines b on b.member_id = m.id and b.kind = 'person' left join app.organizations o on o.id = b.organization_id where m.status = 'active'
  union all select 'organization', o.id, null, o.name, o.slug, null from app.organizations o
  union all select 'circle', c.id, null, c.name, c.slug, null from app.circles c where not c.for_channel`;
// Whether somebody reads is told only where I may see who is among the readers.
const known = (audience: unknown) => sql`(${audience}::int in (1, 2) and 2 in (select app.my_audiences()) or ${audience}::int in (select app.my_rosters()))`;
const people = sql`
  select ms.member_id from app.memberships ms where x.kind = 'organization' and ms.organization_id = x.id
  union select am.member_id from app.circles c join app.audience_members am on am.audience_id = c.audience_id where x.kind = 'circle' and c.id = x.id
  union select x.member_id where x.kind = 'person'`;
const readers = (audience: unknown) =>
  sql`${audience}::int = 1 or p.member_id in (select am.member_id from app.audience_members am where am.audience_id = ${audience}::int)`;

/** Those whose name or short name begins with what was typed, those who read here first. Only whom I may see. Refuses: common.not_found. */
export async function suggestMentions(tx: Tx, input: { audience_id: number; typed: string; most?: number }): Promise<Named[]> {
  const typed = input.typed.trim().toLowerCase().slice(0, 60);
  const begins = `${typed.replace(/[\\%_]/g, '\\$&')}%`;
  const { rows: mine } = await sql`select from app.my_audiences() a where a = ${input.audience_id}`.execute(tx);
  if (!mine.length) throw notFound();
  const { rows } = await sql<Named>`
    with x as (select e.* from (${everybody}) e where lower(e.name) like ${begins} or lower(e.name) like ${`% ${begins}`} or e.slug like ${begins})
    select x.kind, x.id, x.name, x.slug, x."from", (select count(*) from (${everybody}) y where lower(y.name) = lower(x.name)) = 1 as alone, case when ${known(input.audience_id)} then coalesce(p.reads, false) end as reads
      from x left join lateral (select bool_or(${readers(input.audience_id)}) as reads from (${people}) p) p on true
     order by reads desc nulls last, lower(x.name) not like ${begins}, array_position(array['person', 'organization', 'circle'], x.kind), x.name, x.id limit ${input.most ?? 8}`.execute(
    tx,
  );
  if (typed && !'channel'.startsWith(typed)) return rows;
  return [...rows, { kind: 'channel', id: 'here', name: 'channel', slug: 'channel', from: null, reads: true, alone: true }];
}

/** What was typed, with its mentions named as they are called and plain @names resolved, and whom it names. Whom I may not see stays plain words. */
export async function resolveMentions(
  tx: Tx,
  typed: string,
  place: { thread_id: string } | { conversation_id: string },
): Promise<{ body: string; named: string[] }> {
  if (!typed.includes('@')) return { body: typed, named: [] };
  const checked = await nameAsCalled(tx, typed);
  const body = await resolvePlain(tx, checked, place);
  const fits = body.length <= BODY_LIMIT ? body : checked.length <= BODY_LIMIT ? checked : typed;
  return { body: fits, named: targetsOf(fits) };
}

/** Whom a text names, as kind:id. */
export function targetsOf(body: string): string[] {
  return [...new Set(mentionsIn(body).map(({ kind, id }) => `${kind}:${id}`))];
}

async function nameAsCalled(tx: Tx, body: string): Promise<string> {
  const ids = mentionsIn(body)
    .map(({ id }) => id)
    .filter((id) => id !== 'here');
  if (!ids.length) return replaceMentions(body, (each) => writeMention({ ...each, name: 'channel' }));
  const { rows } = await sql<Named>`select * from (${everybody}) e where e.id = any(${ids}::uuid[])`.execute(tx);
  const called = new Map(rows.map((row) => [`${row.kind}:${row.id}`, row.name]));
  return replaceMentions(body, (each) => {
    const name = each.kind === 'channel' ? 'channel' : called.get(`${each.kind}:${each.id}`);
    return name ? writeMention({ ...each, name }) : `@${each.name}`;
  });
}

const CODE = /(```[\s\S]*?(?:```|$)|`[^`\n]*`)/;
const PLAIN = /(?<=^|[\s(（،,;])@(?=[\p{L}\p{N}])([^\n@]{1,100})/gu;
type Match = Named & { n: number; said: string };

/** Plain @names outside code: the longest name that is there; a first name only where one reader alone has it. */
async function resolvePlain(tx: Tx, body: string, place: { thread_id: string } | { conversation_id: string }): Promise<string> {
  const parts = body.split(CODE);
  const rests = parts.flatMap((part, i) => (i % 2 ? [] : Array.from(part.matchAll(PLAIN), (found) => found[1] ?? ''))).slice(0, 50);
  if (!rests.length) return body;
  const where =
    'thread_id' in place
      ? sql`select audience_id from app.threads where id = ${place.thread_id}`
      : sql`select audience_id from app.conversations where id = ${place.conversation_id}`;
  const { rows } = await sql<Match>`
    with here as (select audience_id from (${where}) w), r as (select n, lower(rest) as rest from unnest(${rests}::text[]) with ordinality r(rest, n)),
    e as materialized (select e.*, e.kind = 'person' and ${known(sql`(select audience_id from here)`)} and exists (select from (select e.member_id) p where ${readers(sql`(select audience_id from here)`)}) as reads from (${everybody}) e)
    select r.n::int as n, e.kind, e.id, e.name, e.slug, e.reads, s.said from r join e on true
      join lateral (select lower(e.name) as said union select e.slug union select lower(split_part(e.name, ' ', 1)) where e.kind = 'person' and e.reads) s on starts_with(r.rest, s.said)
    union all select r.n::int, 'channel', null, 'channel', 'channel', true, 'channel' from r where starts_with(r.rest, 'channel')`.execute(tx);
  let at = 0;
  return parts
    .map((part, i) =>
      i % 2
        ? part
        : part.replace(PLAIN, (whole, rest: string) => {
            const best = at < rests.length ? bestOf(rows, ++at, rest) : undefined;
            return best ? `${writeMention({ kind: best.kind, id: best.id ?? 'here', name: best.name } as Mention)}${rest.slice(best.said.length)}` : whole;
          }),
    )
    .join('');
}

function bestOf(rows: Match[], n: number, rest: string): Match | undefined {
  const whole = rows.filter((row) => row.n === n && row.said && !/^[\p{L}\p{N}_-]/u.test(rest.slice(row.said.length)));
  const longest = Math.max(0, ...whole.map((row) => row.said.length));
  const most = [...new Map(whole.filter((row) => row.said.length === longest).map((row) => [`${row.kind}:${row.id}`, row])).values()];
  const reading = most.filter((row) => row.reads);
  return most.length === 1 ? most[0] : reading.length === 1 ? reading[0] : undefined;
}

/** Of those whom messages of mine name: who does not read them, as far as I may know who reads there. */
export async function unseenMentions(tx: Tx, audienceId: number, messages: { id: string; body: string }[]): Promise<Unseen[]> {
  const named = messages
    .flatMap(({ id, body }) => targetsOf(body).map((target) => ({ message_id: id, kind: target.split(':')[0], id: target.split(':')[1] })))
    .filter(({ kind }) => kind !== 'channel');
  if (!named.length) return [];
  const { rows } = await sql<Unseen>`
    select n.message_id, x.name, p.some from jsonb_to_recordset(${JSON.stringify(named)}::jsonb) n(message_id uuid, kind text, id uuid)
      join (${everybody}) x on x.kind = n.kind and x.id = n.id
      cross join lateral (select coalesce(bool_or(${readers(audienceId)}), false) as some, coalesce(bool_and(${readers(audienceId)}), false) as every from (${people}) p) p
     where ${known(audienceId)} and not p.every order by n.message_id, x.name`.execute(tx);
  return rows;
}
