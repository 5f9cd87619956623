import { type RawBuilder, sql } from 'kysely';
import { type Actor, as } from '#platform/database/open.server.ts';

const BATCH = 500;
const FIRST = '00000000-0000-0000-0000-000000000000';

/** A thing somebody wrote, as the policies let the person asking read it. `out`: the ground on which it stays out of the package. */
export type Written = {
  id: string;
  kind: 'message' | 'proposal' | 'earlier';
  place: string;
  title: string;
  by: string;
  organization: string | null;
  label: string | null;
  at: string;
  edited_at: string | null;
  number: number;
  text: string;
  earlier: Array<{ until: string; text: string }>;
  pages: Array<{ path: string; text: string }>;
  out: string | null;
  /** Does its label ask that the source learns of each one that goes out? And which organization is the source. */
  source_sees: boolean;
  organization_id: string | null;
};
type Narrowed = { mine: boolean; organizationId: string | null; from: string | null; until: string | null; labels: string[]; things: string[] };

const iso = (column: string) => sql.raw(`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`);

/** Messages and proposals, oldest first, in batches of their own transactions, all as `actor`. */
export async function* readWritten(actor: Actor, which: Narrowed): AsyncGenerator<Written> {
  for (const query of which.mine ? [messages, proposals] : [messages, proposals, earlier]) {
    for (let after = FIRST; ; ) {
      const { rows } = await as(actor, (tx) => query(which, after).execute(tx));
      yield* rows;
      if (rows.length < BATCH) break;
      after = rows.at(-1)!.id;
    }
  }
}

const author = ({ mine, organizationId }: Narrowed) => (mine ? sql`b.member_id = (select app.me())` : sql`b.organization_id = ${organizationId}`);
const period = ({ from, until }: Narrowed, column: RawBuilder<unknown>) =>
  sql`(${from}::date is null or ${column} >= ${from}::date) and (${until}::date is null or ${column} < ${until}::date + 1)`;

// A pseudonym is never in here: its package would say on a disk who stands behind it. What carries no label counts as the highest its conversation allows.
const messages = (which: Narrowed, after: string) => sql<Written>`
  select m.id, 'message' as kind, c.subject_kind as place, t.title, b.name as by, o.name as organization, coalesce(m.marking, c.ceiling) as label,
    ${iso('m.created_at')} as at, ${iso('m.edited_at')} as edited_at, m.thread_number as number, '[]'::jsonb as pages,
    -- What a comment is about and proposes are its writer's words as well.
    concat_ws(E'\\n\\n', m.body, (select concat_ws(E'\\n\\n', '> ' || nullif(w.quote, ''), nullif(w.proposed, '')) from app.comment_words w where w.message_id = m.id and w.quote || w.proposed <> '')) as text,
    (select coalesce(jsonb_agg(jsonb_build_object('until', ${iso('r.replaced_at')}, 'text', r.body) order by r.replaced_at), '[]') from app.message_revisions r
      join app.marking_outlets x on x.label = coalesce(r.marking, c.ceiling) where r.message_id = m.id and x.export <> 'none' and ${which.mine}) as earlier,
    case when l.export = 'none' then 'label' when m.deleted_at is not null then 'taken_back' when c.subject_kind = 'direct' and not ${which.mine} then 'direct'
      when l.label = any(${which.labels}::text[]) then 'chosen:' || l.label
      when m.id = any(${which.things}::uuid[]) then 'chosen:' || m.id when t.id = any(${which.things}::uuid[]) then 'chosen:' || t.id end as out, l.source_sees, b.organization_id
    from app.messages m join app.bylines b on b.id = m.byline_id and b.kind in ('person', 'organization') join app.conversations c on c.id = m.conversation_id
    join app.threads t on t.id = m.thread_id join app.marking_outlets l on l.label = coalesce(m.marking, c.ceiling) left join app.organizations o on o.id = b.organization_id
   where m.id > ${after} and ${author(which)} and ${period(which, sql`m.created_at`)} order by m.id limit ${BATCH}`;

const proposals = (which: Narrowed, after: string) => sql<Written>`
  select r.id, 'proposal' as kind, 'change_request' as place, r.title, b.name as by, o.name as organization, null as label, ${iso('r.opened_at')} as at, null as edited_at, r.number,
    r.reason as text, '[]'::jsonb as earlier,
    (select coalesce(jsonb_agg(jsonb_build_object('path', p.path, 'text', p.text) order by p.path), '[]') from app.change_request_pages p where p.change_request_id = r.id) as pages,
    case when r.id = any(${which.things}::uuid[]) then 'chosen:' || r.id end as out, false as source_sees, b.organization_id
    from app.change_requests r join app.bylines b on b.id = r.byline_id and b.kind in ('person', 'organization') left join app.organizations o on o.id = b.organization_id
   where r.id > ${after} and ${author(which)} and ${period(which, sql`r.opened_at`)} order by r.id limit ${BATCH}`;

// What was written over or taken away while it was held (db/policies/96-kept-copies.sql); never in one's own package, which would say that something is held.
const earlier = (which: Narrowed, after: string) => sql<Written>`
  select h.id, 'earlier' as kind, h.kind as place, coalesce(h.words ->> 'title', h.words ->> 'path', h.words ->> 'name', h.words ->> 'field', '') as title, b.name as by, o.name as organization,
    c.ceiling as label, ${iso('h.kept_at')} as at, null as edited_at, 0 as number, coalesce(h.words ->> 'text', h.words ->> 'reason', h.words ->> 'words', '') as text, '[]'::jsonb as earlier, '[]'::jsonb as pages,
    case when l.export = 'none' then 'label' when c.subject_kind = 'direct' then 'direct' when l.label = any(${which.labels}::text[]) then 'chosen:' || l.label
      when (h.words ->> 'id')::uuid = any(${which.things}::uuid[]) then 'chosen:' || (h.words ->> 'id') end as out, coalesce(l.source_sees, false) as source_sees, b.organization_id
    from app.held_copies h join app.bylines b on b.id = h.byline_id left join app.organizations o on o.id = b.organization_id
    left join app.conversations c on c.id = (h.words ->> 'conversation_id')::uuid left join app.marking_outlets l on l.label = c.ceiling
   where h.id > ${after} and h.kind not in ('messages', 'message_revisions') and ${author(which)} and ${period(which, sql`h.kept_at`)} order by h.id limit ${BATCH}`;

const myFiles = sql`select a.id, a.message_id, a.name, a.mime, a.size, a.sha256 from app.attachments a join app.messages m on m.id = a.message_id join app.bylines b on b.id = m.byline_id and b.kind = 'person'
  join app.conversations c on c.id = m.conversation_id join app.marking_outlets l on l.label = coalesce(m.marking, c.ceiling) where b.member_id = (select app.me()) and m.deleted_at is null and l.export <> 'none'`;

/** Files of one's own messages, as far as their label lets them out. */
export async function readMyFiles(actor: Actor): Promise<Array<{ id: string; name: string; sha256: string }>> {
  return as(
    actor,
    async (tx) =>
      (await sql<{ id: string; name: string; sha256: string }>`select id, name, encode(sha256, 'hex') as sha256 from (${myFiles}) f order by id`.execute(tx))
        .rows,
  );
}

/** What the hub knows of the person asking, beside what they wrote. */
export async function readMyself(actor: Actor): Promise<Record<string, unknown>> {
  return as(actor, async (tx) => {
    const all = async (text: RawBuilder<Record<string, unknown>>) => (await text.execute(tx)).rows;
    const one = async (text: RawBuilder<Record<string, unknown>>) => (await all(text))[0] ?? null;
    return {
      profile: await one(
        sql`select m.id, m.slug, m.name, s.locale, s.time_zone, m.status, m.joined_at from app.members m, app.my_settings() s where m.id = app.me()`,
      ),
      shown: await all(sql`select field, words, shown_to from app.profile_fields where member_id = app.me() order by field`),
      follows: await all(sql`select topic from app.topic_follows where member_id = app.me() order by topic`),
      account: await one(sql`select * from app.my_account()`),
      second_factor: await one(sql`select * from app.my_second_factor()`),
      memberships: await all(
        sql`select o.name as organization, ms.role, ms.since from app.memberships ms join app.organizations o on o.id = ms.organization_id where ms.member_id = app.me()`,
      ),
      membership_acts: await all(sql`select act, reason, at from app.membership_acts where member_id = app.me() order by at`),
      duties: await all(sql`select role from app.hub_roles where member_id = app.me()`),
      circles: await all(sql`select c.name from app.circles c join app.circle_members m on m.circle_id = c.id where m.member_id = app.me() order by c.name`),
      sessions: await all(
        sql`select kind, name, scopes, created_at, last_seen_at, expires_at, revoked_at from app.sessions where member_id = app.me() order by created_at`,
      ),
      passkeys: await all(sql`select name, created_at, last_used_at, revoked_at from app.passkeys where member_id = app.me() order by created_at`),
      invitations_sent: await all(
        sql`select i.email, i.name, i.role, i.created_at, i.used_at from app.invitations i join app.bylines b on b.id = i.invited_by where b.member_id = app.me() order by i.created_at`,
      ),
      on_call: await all(sql`select name, phone, mail, days, opens, closes, time_zone, languages from app.on_call where member_id = app.me()`),
      accepted: await all(
        sql`select v.document, v.number, a.at from app.agreement_acceptances a join app.agreement_versions v on v.id = a.version_id where a.member_id = app.me() order by a.at`,
      ),
      read: await all(sql`select thread_id, number from app.read_markers where member_id = app.me()`),
      followed_threads: await all(sql`select thread_id, state, changed_at from app.thread_follows where member_id = app.me()`),
      saved: await all(sql`select message_id, at from app.saved_messages where member_id = app.me() order by at`),
      drafts: await all(
        sql`select subject_kind, subject_id, thread_id, title, body, marking, updated_at from app.drafts where member_id = app.me() order by updated_at`,
      ),
      page_drafts: await all(sql`select space_id, place, part, fields, updated_at from app.page_drafts where member_id = app.me() order by updated_at`),
      shared_drafts: await all(
        sql`select d.id, d.space_id, d.place, d.part, d.created_at, d.closed_at, d.member_id = app.me() as author from app.shared_drafts d order by d.created_at`,
      ),
      draft_pictures: await all(sql`select space_id, path, mime, size, created_at from app.draft_pictures where member_id = app.me() order by created_at`),
      scheduled: await all(
        sql`select conversation_id, thread_id, title, body, marking, send_at, state, why from app.scheduled_messages where member_id = app.me() order by send_at`,
      ),
      reactions: await all(sql`select message_id, emoji, at from app.reactions where byline_id in (select app.my_bylines()) order by at`),
      pins: await all(sql`select message_id, at from app.pins where byline_id in (select app.my_bylines()) order by at`),
      votes: await all(
        sql`select v.message_id, o.words from app.poll_votes v join app.poll_options o on o.message_id = v.message_id and o.place = v.place where v.byline_id in (select app.my_bylines())`,
      ),
      reports: await all(
        sql`select message_id, reason, words, handed, created_at, closed_at, outcome from app.message_reports where byline_id in (select app.my_bylines()) order by created_at`,
      ),
      decisions_about_me: await all(
        sql`select kind, message_id, conversation_id, reason, words, at, ends_at, answer, answered_at, settled_at, settled_words, undone from app.moderation_acts where byline_id in (select app.my_bylines()) order by at`,
      ),
      files: await all(sql`select f.id, f.message_id, f.name, f.mime, f.size from (${myFiles}) f`),
      told: await all(sql`select * from app.telling_choices where member_id = app.me()`),
      involvements: await all(sql`select conversation_id, level, joined, view, changed_at from app.involvements where member_id = app.me()`),
    };
  });
}

/** Rows of the log that concern the person asking. */
export async function* readMyLog(actor: Actor): AsyncGenerator<Record<string, unknown>> {
  for (let after = '0'; ; ) {
    const { rows } = await as(actor, (tx) =>
      sql<{ position: string }>`select position, kind, at, body::jsonb as body from app.audit_payloads where position > ${after}::bigint
        and (actor_id = app.me() or member_id = app.me()) order by position limit ${BATCH}`.execute(tx),
    );
    yield* rows;
    if (rows.length < BATCH) return;
    after = rows.at(-1)!.position;
  }
}
