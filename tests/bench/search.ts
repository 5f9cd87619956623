/**
 * Search under rights at a million messages in six languages, in a database of its own: `node tests/bench/search.ts [messages]`.
 * Prints milliseconds, p50/p95, for an ordinary member, a heavy one, and an outsider who asks for a hidden and for an absent word.
 */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forgetConfig } from '#platform/config.server.ts';
import { readFoundMessages } from '#domains/conversations/found.server.ts';
import { findHits } from '#domains/search/find-hits.server.ts';
import { onTheStep } from '#domains/search/floor.server.ts';
import { asUser, connectOnce } from '#platform/database/connect.server.ts';
import { migrate } from '#platform/database/migrate.server.ts';
import { type Actor, as } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { createRoles, LOGINS, type Passwords } from '#platform/database/roles.server.ts';
import { newPassword } from '#platform/database/scram.ts';
import { ADMIN_NAME, startCluster } from '#platform/embedded/cluster.server.ts';

const MESSAGES = Number(process.argv[2] ?? 1_000_000);
const RUNS = Number(process.argv[3] ?? 15);
const CIRCLES = 250;

const folder = mkdtempSync(join(tmpdir(), 'indaba-search-'));
const password = newPassword();
const cluster = await startCluster({ folder, admin: { user: ADMIN_NAME, password }, unsafe: true });
const admin = asUser(`postgres://127.0.0.1:${cluster.port}/postgres`, ADMIN_NAME, password);
const passwords = Object.fromEntries(LOGINS.map((login) => [login, newPassword()])) as Passwords;
const db = await connectOnce(admin);
await createRoles(db, passwords);
await migrate({ url: asUser(admin, 'indaba_owner', passwords.owner) });
Object.assign(process.env, {
  DATABASE_URL: admin,
  INDABA_WEB_URL: asUser(admin, 'indaba_web', passwords.web),
  INDABA_WORKER_URL: asUser(admin, 'indaba_worker', passwords.worker),
});
forgetConfig();

/** A member of the given audiences, signed in. */
async function member(name: string, audiences: number[]): Promise<Actor> {
  const id = randomUUID();
  const key = randomBytes(32).toString('hex');
  await db.query('insert into app.members (id, slug, name) values ($1, $2, $2)', [id, name]);
  await db.query('insert into app.audience_members select a, $1 from unnest($2::int[]) a', [id, audiences]);
  await db.query("insert into app.sessions (id, token_hash, member_id, kind, name, expires_at) values ($1, $2, $3, 'browser', '', now() + interval '1 day')", [
    randomUUID(),
    createHash('sha256').update(key).digest(),
    id,
  ]);
  return { kind: 'person', key };
}

console.log(`Writing ${MESSAGES} messages …`);
const began = Date.now();
await db.query("set session_replication_role = 'replica'");
await db.query(
  `insert into app.audiences (id, kind, ref, label) overriding system value select 1000 + i, 'circle', gen_random_uuid(), 'c' || i from generate_series(1, ${CIRCLES}) i on conflict do nothing`,
);
const byline = randomUUID();
await db.query("insert into app.bylines (id, kind, name) values ($1, 'service', 'Writer')", [byline]);
await db.query(
  `insert into app.conversations (id, audience_id, subject_kind, subject_id, ceiling) select gen_random_uuid(), a.id, 'channel', gen_random_uuid(), 'TLP:GREEN' from app.audiences a where a.id = 2 or a.id > 1000`,
);
await db.query(
  'insert into app.threads (id, conversation_id, audience_id, title, byline_id) select gen_random_uuid(), id, audience_id, $2, $1 from app.conversations',
  [byline, 'Thread'],
);
// Two of five messages are for everyone; the rest are spread over the circles. A word's rank is drawn so that few words are frequent and most are rare.
// The language goes by the number, and the newest 45,000 are one English burst, which is bad for walking back from now.
const word = (n: number) => `w[l] || floor(exp(random() * 8.5))::int || ':${n}'`;
await db.query(`
  create temp table made as
  select i, gen_random_uuid() as id, case when i % 5 < 2 then 2 else 1001 + (i::bigint * 7919 % ${CIRCLES})::int end as audience, case when i > ${MESSAGES} - 45000 then 1 else 1 + i % 6 end as l,
    case when i % 2 = 0 then 'common:21 ' else '' end || case when i % 25 < 3 then 'middle:22 ' else '' end || case when i % (${MESSAGES} / 19) = 7 then 'rare:23 ' else '' end
    || case when i % 6 = 5 and i % 5 = 1 then '欺诈:24 诈检:25 ' when i % 6 = 4 and i % 5 = 0 then 'احتيال:24 ' else '' end as marks
  from generate_series(1, ${MESSAGES}) i`);
await db.query(`
  insert into search.entries (position, kind, subject_id, audience_id, words)
  select i, 'message', id, audience, (marks || case when audience > 1000 + ${CIRCLES} * 4 / 5 then 'hidden:26 ' else '' end || ${Array.from({ length: 14 }, (_, n) => word(n + 1)).join(` || ' ' || `)})::tsvector
  from made, (select array['swap','fraude','tarjeta','номер','هاتف','账'] as w) x order by i`);
await db.query("select setval('search.positions', $1)", [MESSAGES]);
await db.query(
  `
  insert into app.messages (id, conversation_id, thread_id, audience_id, number, thread_number, byline_id, body, retry_key, body_hash)
  select m.id, t.conversation_id, t.id, m.audience, m.i, m.i, $1, 'A message of the usual length, which says what somebody saw, did or wants to know about ' || m.i, gen_random_uuid(), '\\x00'
  from made m join app.threads t on t.audience_id = m.audience`,
  [byline],
);
await db.query('vacuum analyze search.entries');
await db.query('analyze app.messages');
await db.query("set session_replication_role = 'origin'");
const {
  rows: [size],
} = await db.query<{ entries: string }>(
  "select pg_size_pretty(sum(pg_total_relation_size(inhrelid))) as entries from pg_inherits where inhparent = 'search.entries'::regclass",
);
console.log(`… in ${Math.round((Date.now() - began) / 1000)} s; search.entries with its indexes ${size?.entries}`);

const circle = (n: number) => 1001 + n;
const people: Record<string, Actor> = {
  ordinary: await member('ordinary', [2, ...[3, 40, 77, 120, 150].map(circle)]),
  heavy: await member('heavy', [2, ...Array.from({ length: CIRCLES }, (_, n) => circle(n))]),
  outsider: await member('outsider', [2, ...[3, 40].map(circle)]),
  eve: await member('eve', []),
};
const questions: Record<string, string> = {
  common: 'common',
  middle: 'middle',
  'two words': 'common middle',
  rare: 'rare',
  'Chinese, two letters': '欺诈',
  'Chinese, three': '欺诈检',
  Arabic: 'الاحتيال',
  French: 'fraude1',
  beginning: 'swa',
  absent: 'nowhere',
  hidden: 'hidden',
  'hidden common': 'hidden common',
};

const at = (list: number[], part: number) => list.toSorted((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * part))] ?? 0;
const ask = (who: Actor, words: string) =>
  as(who, async (tx) => {
    const hits = await findHits(tx, words, 'messages', 40, false);
    return (
      await readFoundMessages(
        tx,
        hits.map((hit) => hit.id),
      )
    ).length;
  });

async function measure(floor: boolean): Promise<void> {
  console.log(`\n${floor ? 'On the step of 100 ms' : 'Without the floor'}: ms p50/p95 (results)`);
  const all: Record<string, number[]> = {};
  for (const [person, actor] of Object.entries(people)) {
    const cells: string[] = [];
    for (const [name, words] of Object.entries(questions)) {
      const times: number[] = [];
      let found = 0;
      for (let run = 0; run < RUNS + 2; run++) {
        const started = performance.now();
        found = await (floor ? onTheStep(() => ask(actor, words)) : ask(actor, words));
        if (run > 1) times.push(performance.now() - started);
      }
      (all[person] ??= []).push(...times);
      cells.push(`${name} ${at(times, 0.5).toFixed(1)}/${at(times, 0.95).toFixed(1)} (${found})`);
    }
    console.log(`${person.padEnd(9)} all ${at(all[person]!, 0.5).toFixed(1)}/${at(all[person]!, 0.95).toFixed(1)} | ${cells.join(' | ')}`);
  }
}
await measure(false);
await measure(true);
await closePools();
await db.end();
await cluster.stop();
rmSync(folder, { recursive: true, force: true });
