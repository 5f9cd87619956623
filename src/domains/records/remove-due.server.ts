import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';

/** What one batch did, or in a dry run would do. `next`: where the following one begins; nothing when there is no more. */
export type Batch = { removed: Array<{ kind: string; label: string | null; n: number }>; next: string | undefined };
/** One kind of row. A batch is one transaction of the archivist: a thing goes with all that belongs to it, or not at all. */
export type Step = { name: string; batch(tx: Tx, after: string, dry: boolean): Promise<Batch> };

const WINDOW = 2_000;
/** Where a step begins. */
export const BEGINNING = '00000000-0000-0000-0000-000000000000';

type Due = { id: string; kind: string; label: string | null };

/** Walks a large table in the order of its ids, so that no batch looks at more than a window of it. */
function walk(name: string, window: (after: string) => RawBuilder<Due & { due: boolean }>, remove: (tx: Tx, ids: string[]) => Promise<void>): Step {
  return {
    name,
    async batch(tx, after, dry) {
      const { rows } = await window(after).execute(tx);
      const due = rows.filter((row) => row.due);
      if (due.length && !dry)
        await remove(
          tx,
          due.map(({ id }) => id),
        );
      return { removed: count(due), next: rows.length < WINDOW ? undefined : rows.at(-1)!.id };
    },
  };
}

function count(due: Due[]): Batch['removed'] {
  const sums = new Map<string, Batch['removed'][number]>();
  for (const { kind, label } of due) {
    const sum = sums.get(`${kind} ${label}`) ?? { kind, label, n: 0 };
    sum.n += 1;
    sums.set(`${kind} ${label}`, sum);
  }
  return [...sums.values()];
}

/** A table small enough to be looked through at once; the policies hold back what is not due. */
function sweep(kind: string, table: RawBuilder<unknown>, key: RawBuilder<unknown>, due: RawBuilder<boolean>): Step {
  return {
    name: kind,
    async batch(tx, _, dry) {
      const { rows } = await (dry
        ? sql<{ n: number }>`select count(*)::int as n from ${table} where ${due}`
        : sql<{
            n: number;
          }>`with gone as (delete from ${table} where ${key} in (select ${key} from ${table} where ${due} limit ${WINDOW}) returning 1) select count(*)::int as n from gone`
      ).execute(tx);
      const n = rows[0]!.n;
      return { removed: n ? [{ kind, label: null, n }] : [], next: !dry && n === WINDOW ? BEGINNING : undefined };
    },
  };
}

const messages = walk(
  'message',
  (
    after,
  ) => sql`with w as (select id, conversation_id, byline_id, audience_id, marking, created_at from app.messages where id > ${after} and removed_at is null order by id limit ${WINDOW})
    select id, app.kind_of_words(conversation_id) as kind, app.label_of_words(conversation_id, marking) as label,
      app.message_due(conversation_id, byline_id, audience_id, marking, created_at) as due from w order by id`,
  async (tx, ids) => {
    await sql`update app.messages set body = '', body_hash = '\\x00', deleted_at = coalesce(deleted_at, now()), removed_at = now() where id = any(${ids}::uuid[])`.execute(
      tx,
    );
    await sql`delete from app.message_revisions where message_id = any(${ids}::uuid[])`.execute(tx);
    await sql`delete from app.attachments where message_id = any(${ids}::uuid[])`.execute(tx);
    await sql`delete from app.polls where message_id = any(${ids}::uuid[])`.execute(tx);
    await sql`delete from app.message_reports where message_id = any(${ids}::uuid[])`.execute(tx);
    await sql`delete from app.mentions where message_id = any(${ids}::uuid[])`.execute(tx);
    await sql`delete from search.entries where kind = 'message' and subject_id = any(${ids}::uuid[])`.execute(tx);
    await sql`delete from app.event_payloads where event_id in (select id from app.events where subject_id = any(${ids}::uuid[]))`.execute(tx);
  },
);

const earlierWords = walk(
  'earlier_words',
  (after) => sql`with w as (select r.id, r.message_id, r.marking, r.replaced_at, m.conversation_id, coalesce(m.marking, r.marking) as mark
      from app.message_revisions r join app.messages m on m.id = r.message_id where r.id > ${after} order by r.id limit ${WINDOW})
    select id, 'earlier_words' as kind, app.label_of_words(conversation_id, mark) as label, app.earlier_words_due(message_id, marking, replaced_at) as due from w order by id`,
  async (tx, ids) => void (await sql`delete from app.message_revisions where id = any(${ids}::uuid[])`.execute(tx)),
);

const threads = walk(
  'thread',
  (after) => sql`with w as (select id, conversation_id from app.threads where id > ${after} order by id limit ${WINDOW})
    select id, 'thread' as kind, app.label_of_words(conversation_id, null) as label, coalesce(app.thread_due(id), false) as due from w order by id`,
  async (tx, ids) => {
    await sql`delete from app.read_markers where thread_id = any(${ids}::uuid[])`.execute(tx);
    await sql`delete from app.counters where scope_id = any(${ids}::uuid[])`.execute(tx);
    await sql`delete from app.messages where thread_id = any(${ids}::uuid[])`.execute(tx);
    await sql`delete from app.threads where id = any(${ids}::uuid[])`.execute(tx);
  },
);

const log: Step = {
  name: 'audit_payload',
  async batch(tx, _, dry) {
    const { rows } = await sql<{ n: number }>`select app.audit_forget_due(${dry ? 2_147_483_647 : WINDOW}, ${dry}) as n`.execute(tx);
    const n = rows[0]!.n;
    return { removed: n ? [{ kind: 'audit_payload', label: null, n }] : [], next: !dry && n === WINDOW ? BEGINNING : undefined };
  },
};

const id = sql`id`;
/** Everything the rules know, in the order in which it goes. */
export const steps: Step[] = [
  messages,
  earlierWords,
  threads,
  sweep('event_payload', sql`app.event_payloads`, sql`event_id`, sql`app.event_payload_due(event_id)`),
  sweep('draft', sql`app.change_request_pages`, id, sql`coalesce(app.draft_due(id, change_request_id), false)`),
  // Their bytes go afterwards, when no row names them.
  sweep('file', sql`app.files`, id, sql`app.file_due(id, byline_id, audience_id, created_at)`),
  // Of messages that were taken back; those whose words are due have gone with them.
  sweep(
    'file',
    sql`app.attachments`,
    id,
    sql`message_id in (select m.id from app.messages m where m.deleted_at is not null) and coalesce(app.attachment_due(message_id), false)`,
  ),
  sweep('file', sql`app.uploads`, id, sql`created_at < now() - interval '1 day'`),
  sweep('session', sql`app.sessions`, id, sql`app.way_in_due('session', member_id, least(revoked_at, expires_at))`),
  sweep('passkey', sql`app.passkeys`, id, sql`revoked_at is not null and app.way_in_due('passkey', member_id, revoked_at)`),
  sweep('recovery', sql`app.recoveries`, id, sql`ended_at is not null and app.way_in_due('recovery', member_id, ended_at)`),
  sweep('invitation', sql`app.invitations`, id, sql`app.invitation_due(organization_id, invited_by, least(used_at, revoked_at, expires_at))`),
  sweep('application', sql`app.applications`, id, sql`ended_at is not null and app.application_due(organization_id, ended_at)`),
  sweep('sign_in_try', sql`app.rate_buckets`, sql`bucket`, sql`app.is_due('sign_in_try', null, window_start)`),
  sweep('sign_in_try', sql`app.ceremonies`, id, sql`app.is_due('sign_in_try', null, expires_at)`),
  sweep('sign_in_try', sql`app.half_sign_ins`, sql`token_hash`, sql`app.is_due('sign_in_try', null, expires_at)`),
  log,
  {
    name: 'mail',
    async batch(tx, _, dry) {
      const due = sql`attempts >= max_attempts and locked_at is null and app.is_due('mail', null, updated_at) and not app.anything_held()`;
      const { rows } = await (dry
        ? sql<{ n: number }>`select count(*)::int as n from graphile_worker._private_jobs where ${due}`
        : sql<{ n: number }>`with gone as (delete from graphile_worker._private_jobs where ${due} returning 1) select count(*)::int as n from gone`
      ).execute(tx);
      return { removed: rows[0]!.n ? [{ kind: 'mail', label: null, n: rows[0]!.n }] : [], next: undefined };
    },
  },
];
