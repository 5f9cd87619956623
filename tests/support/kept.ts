/** One row for each kind, label and age that the rules of keeping know, all of them Amina's: what the matrix of retention and holds is asked about. */
import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { LABELLED, LABELS, UNLABELLED } from '#domains/records/model.ts';
import type { Community } from './people.ts';

export type Age = 'young' | 'due';
export type Cell = { kind: string; label: string | null; age: Age; days: number | null; table: string; where: string; id: string };
export type World = {
  cells: Cell[];
  /** What a hold of each scope would name to hit them. */
  subjects: Record<'person' | 'organization' | 'conversation' | 'circle' | 'space', string[]>;
  behind: Client;
};

/** Plants everything anew; what an earlier planting left is cleared away. Triggers and keys rest meanwhile: these rows come from years ago. */
export async function plantKept(hub: Community, behind: Client): Promise<World> {
  const run = async (text: string, values: unknown[] = []) => (await behind.query(text, values)).rows;
  await run(`set session_replication_role = replica`);
  for (const table of [
    'message_revisions',
    'messages',
    'read_markers',
    'involvements',
    'thread_follows',
    'threads',
    'conversations',
    'counters',
    'event_payloads',
    'change_request_pages',
    'change_requests',
    'files',
    'spaces',
    'pages',
    'passkeys',
    'recoveries',
    'invitations',
    'application_contacts',
    'applications',
    'rate_buckets',
    'legal_holds',
    'circle_members',
    'circles',
    'audit_notes',
    'audit_payloads',
    'audit_entries',
  ])
    await run(`delete from app.${table}`);
  await run(`delete from app.audiences where kind in ('named', 'circle')`);
  await run(`delete from app.sessions where name = 'matrix'`);
  await run(`delete from search.entries`);
  await run(`delete from graphile_worker._private_jobs`);
  const amina = hub.ids['amina']!;
  const [by] = await run(`select id from app.bylines where member_id = $1`, [amina]);
  const [circle, space, page] = [randomUUID(), randomUUID(), randomUUID()];
  const [readers] = await run(`insert into app.audiences (kind, ref, label) values ('circle', $1, 'Circle') returning id`, [circle]);
  const [two] = await run(`insert into app.audiences (kind, ref, label, frozen) values ('named', gen_random_uuid(), 'Amina, Jonas', true) returning id`);
  await run(`insert into app.audience_members select $1, unnest($2::uuid[])`, [two.id, [amina, hub.ids['jonas']]]);
  await run(`insert into app.circles (id, slug, name, audience_id) values ($1, 'matrix', 'Matrix', $2)`, [circle, readers.id]);
  await run(`insert into app.spaces (id, slug, audience_id, title) values ($1, 'matrix', $2, 'Matrix')`, [space, readers.id]);
  await run(`insert into app.pages (id, space_id, audience_id, path, title) values ($1, $2, $3, 'p', 'P')`, [page, space, readers.id]);
  const rules = await run(`select kind, label, keep_days from app.retention_rules`);
  const cells: Cell[] = [];
  const channels: string[] = [];
  const world = {
    run,
    by: by.id as string,
    circle: readers.id as number,
    two: two.id as number,
    space,
    page,
    amina,
    organization: hub.organizations['lumaria']!,
  };
  for (const label of LABELS) {
    const talks = { message: randomUUID(), direct: randomUUID(), comment: randomUUID() };
    channels.push(talks.message);
    for (const [kind, id] of Object.entries(talks))
      await run(`insert into app.conversations (id, audience_id, subject_kind, subject_id, ceiling) values ($1, $2, $3, $4, $5)`, [
        id,
        kind === 'direct' ? two.id : readers.id,
        { message: 'channel', direct: 'direct', comment: 'page' }[kind],
        kind === 'comment' && label === 'TLP:CLEAR' ? page : kind === 'comment' ? await anotherPage(world) : randomUUID(),
        label,
      ]);
    for (const kind of LABELLED)
      for (const age of ['young', 'due'] as const) cells.push(await words(world, talks, kind, label, age, daysOf(rules, kind, label)));
  }
  for (const kind of UNLABELLED)
    for (const age of ['young', 'due'] as const) cells.push(await other(world, kind, age, daysOf(rules, kind, null), channels[0]!));
  await run(`set session_replication_role = origin`);
  return {
    cells,
    behind,
    subjects: { person: [amina], organization: [world.organization], conversation: channels, circle: [circle], space: [space] },
  };
}

type Made = {
  run: (text: string, values?: unknown[]) => Promise<Array<Record<string, string>>>;
  by: string;
  circle: number;
  two: number;
  space: string;
  page: string;
  amina: string;
  organization: string;
};

const daysOf = (rules: Array<Record<string, unknown>>, kind: string, label: string | null) =>
  rules.find((rule) => rule['kind'] === kind && rule['label'] === label)!['keep_days'] as number | null;
/** The moment a thing of this age is from: half a day on this side of its rule, or on the other; a hundred years where there is no number. */
const since = (days: number | null, age: Age) => `now() - interval '${days === null ? 36_500 * 24 : days * 24 + (age === 'due' ? 12 : -12)} hours'`;

async function anotherPage({ run, space, circle }: Made): Promise<string> {
  const id = randomUUID();
  await run(`insert into app.pages (id, space_id, audience_id, path, title) values ($1, $2, $3, $4, 'P')`, [id, space, circle, id]);
  return id;
}

async function words(
  made: Made,
  talks: Record<'message' | 'direct' | 'comment', string>,
  kind: string,
  label: string,
  age: Age,
  days: number | null,
): Promise<Cell> {
  const { run, by } = made;
  const [thread, message] = [randomUUID(), randomUUID()];
  const talk = talks[kind as 'message'] ?? talks.message;
  const audience = kind === 'direct' ? made.two : made.circle;
  const at = since(days, age);
  const own = kind === 'earlier_words';
  await run(`insert into app.threads (id, conversation_id, audience_id, title, byline_id, created_at) values ($1, $2, $3, 'T', $4, ${at})`, [
    thread,
    talk,
    audience,
    by,
  ]);
  await run(`insert into app.counters (scope_id, audience_id, last_number) values ($1, $2, 1)`, [thread, audience]);
  await run(`insert into app.read_markers (member_id, thread_id, audience_id, number) values ($1, $2, $3, 1)`, [made.amina, thread, audience]);
  await run(
    `insert into app.messages (id, conversation_id, thread_id, audience_id, number, thread_number, byline_id, body, marking, retry_key, body_hash, created_at, deleted_at, removed_at)
     values ($1, $2, $3, $4, (select count(*) + 1 from app.messages where conversation_id = $2), 1, $5, $6, $7, gen_random_uuid(), '\\x01', ${own ? 'now()' : at}, ${kind === 'thread' ? at : 'null'}, ${kind === 'thread' ? at : 'null'})`,
    [message, talk, thread, audience, by, kind === 'thread' ? '' : 'words', kind === 'direct' || kind === 'comment' || kind === 'thread' ? null : label],
  );
  const revision = randomUUID();
  if (kind !== 'thread') {
    await run(`insert into search.entries values (nextval('search.positions'), 'message', $1, $2, 'words'::tsvector, now())`, [message, audience]);
    await run(
      `insert into app.message_revisions (id, message_id, audience_id, body, marking, replaced_at) values ($1, $2, $3, 'before', $4, ${own ? at : 'now()'})`,
      [revision, message, audience, label],
    );
  }
  const cell = { kind, label, age, days };
  if (kind === 'thread') return { ...cell, table: 'app.threads', where: 'id = $1', id: thread };
  if (own) return { ...cell, table: 'app.message_revisions', where: 'id = $1', id: revision };
  return { ...cell, table: 'app.messages', where: "id = $1 and body = 'words'", id: message };
}

async function other(made: Made, kind: string, age: Age, days: number | null, talk: string): Promise<Cell> {
  const { run, by, amina, circle } = made;
  const id = randomUUID();
  const at = since(days, age);
  const cell = { kind, label: null, age, days, where: 'id = $1', id };
  const insert = async (table: string, text: string, values: unknown[]) => {
    await run(`insert into ${table} ${text}`, values);
    return { ...cell, table };
  };
  switch (kind) {
    case 'event_payload': {
      const [message] = await run(`select id from app.messages where conversation_id = $1 and removed_at is null order by created_at desc limit 1`, [talk]);
      const [event] = await run(
        `insert into app.events (kind, audience_id, byline_id, subject_kind, subject_id, at) values ('thread.told', $1, $2, 'message', $3, ${at}) returning id`,
        [circle, by, message!['id']],
      );
      await run(`insert into app.event_payloads (event_id, audience_id, body) values ($1, $2, '{}')`, [event!['id'], circle]);
      return { ...cell, table: 'app.event_payloads', where: 'event_id = $1', id: event!['id']! };
    }
    case 'audit_payload': {
      const [last] = await run(`select coalesce(max(position), 0) + 1 as position from app.audit_entries`);
      await run(
        `insert into app.audit_entries (position, source, source_id, kind, at, payload_hash, previous, hash) values ($1::bigint, 'note', $1::bigint + 100000, 'session.opened', ${at}, '', '', '')`,
        [last!['position']],
      );
      await run(`insert into app.audit_payloads (position, kind, at, actor_id, member_id, salt, body) values ($1, 'session.opened', ${at}, $2, $2, '', '{}')`, [
        last!['position'],
        amina,
      ]);
      return { ...cell, table: 'app.audit_payloads', where: 'position = $1', id: last!['position']! };
    }
    case 'session':
      return insert(
        'app.sessions',
        `(id, token_hash, member_id, kind, name, expires_at) values ($1, sha256(gen_random_uuid()::text::bytea), $2, 'browser', 'matrix', ${at})`,
        [id, amina],
      );
    case 'passkey':
      return insert('app.passkeys', `(id, member_id, credential_id, public_key, name, revoked_at) values ($1, $2, gen_random_uuid()::text, '', 'k', ${at})`, [
        id,
        amina,
      ]);
    case 'recovery':
      return insert('app.recoveries', `(id, member_id, asked_at, ended_at, ended_as) values ($1, $2, ${at}, ${at}, 'expired')`, [id, amina]);
    case 'invitation':
      return insert(
        'app.invitations',
        `(id, organization_id, email, invited_by, expires_at, used_at) values ($1, $2, 'a@example.test', $3, now() + interval '1 day', ${at})`,
        [id, made.organization, by],
      );
    case 'application': {
      const made = await insert(
        'app.applications',
        `(id, name, kind, mandate, jurisdictions, domain, ended_as, ended_at) values ($1, 'A', 'regulator', 'm', '{x}', 'a.example', 'withdrawn', ${at})`,
        [id],
      );
      await run(`insert into app.application_contacts (application_id, place, name, role, email) values ($1, 1, 'N', 'R', 'n@a.example')`, [id]);
      return made;
    }
    case 'sign_in_try':
      return { ...(await insert('app.rate_buckets', `(bucket, window_start, taken) values ($1, ${at}, 1)`, [id])), where: 'bucket = $1' };
    case 'draft': {
      const request = randomUUID();
      await run(
        `insert into app.change_requests (id, space_id, audience_id, number, title, byline_id, retry_key, status, decided_at, decided_by) values ($1, $2, $3, (select count(*) + 1 from app.change_requests), 'R', $4, gen_random_uuid(), 'withdrawn', ${at}, $4)`,
        [request, made.space, circle, by],
      );
      return insert(
        'app.change_request_pages',
        `(id, change_request_id, audience_id, action, page_id, path, text) values ($1, $2, $3, 'create', gen_random_uuid(), 'p', 'words')`,
        [id, request, circle],
      );
    }
    case 'file':
      return insert(
        'app.files',
        `(id, audience_id, name, mime, size, sha256, byline_id, created_at) values ($1, $2, 'f', 'image/png', 1, sha256(gen_random_uuid()::text::bytea), $3, ${at})`,
        [id, circle, by],
      );
    default: {
      const [task] = await run(
        `insert into graphile_worker._private_tasks (identifier) values ('matrix') on conflict (identifier) do update set identifier = excluded.identifier returning id`,
      );
      const [job] = await run(`insert into graphile_worker._private_jobs (task_id, attempts, max_attempts, updated_at) values ($1, 3, 3, ${at}) returning id`, [
        task!['id'],
      ]);
      return { ...cell, table: 'graphile_worker._private_jobs', id: job!['id']! };
    }
  }
}

/** Which cells are still there. */
export async function stillThere({ cells, behind }: World): Promise<boolean[]> {
  const there: boolean[] = [];
  for (const { table, where, id } of cells) there.push(Boolean((await behind.query(`select 1 from ${table} where ${where}`, [id])).rowCount));
  return there;
}
