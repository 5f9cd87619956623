/**
 * Search under rights at a million messages in six languages, in a database of its own: `node tests/bench/search.ts [messages] [runs]`.
 * Prints milliseconds, p50/p95, and of processor time in the database, p50, for an ordinary member, a heavy one, an outsider and who has nothing: words
 * alone, then with the filters of the six languages, then pairs of what is hidden and what is absent, as words and as beginnings, with filters too,
 * asked by all three, without the floor and on the step. The processor time is what to compare while others work on the machine.
 */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { sql } from 'kysely';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { forgetConfig } from '#platform/config.server.ts';
import { readFoundMessages } from '#domains/conversations/found.server.ts';
import { findByQuery } from '#domains/search/find-hits.server.ts';
import { onTheStep } from '#domains/search/floor.server.ts';
import { asUser, connectOnce } from '#platform/database/connect.server.ts';
import { migrate } from '#platform/database/migrate.server.ts';
import { type Actor, as } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { createRoles, LOGINS, type Passwords } from '#platform/database/roles.server.ts';
import { newPassword } from '#platform/database/scram.ts';
import { ADMIN_NAME, startCluster } from '#platform/embedded/cluster.server.ts';
import { readAsked, resolveAsked } from '../../src/routes/search/filters.server.ts';

const MESSAGES = Number(process.argv[2] ?? 1_000_000);
const RUNS = Number(process.argv[3] ?? 15);
const CIRCLES = 250;
const WRITERS = 500;
const THREADS = 400;
const DAYS = 730;

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
// Who wrote: few wrote much, most little. Two more of whom everybody knows the name: one writes in hidden circles only, one never did.
await db.query(`
  create temp table writers as select i, gen_random_uuid() as member, gen_random_uuid() as byline, case i when 501 then 'Secretive' when 502 then 'Silent' else 'Writer' || i end as name from generate_series(1, ${WRITERS} + 2) i;
  insert into app.members (id, slug, name) select member, lower(name), name from writers;
  insert into app.bylines (id, kind, member_id, name) select byline, 'person', member, name from writers`);
await db.query(
  `insert into app.conversations (id, audience_id, subject_kind, subject_id, ceiling) select gen_random_uuid(), a.id, 'channel', gen_random_uuid(), 'TLP:GREEN' from app.audiences a where a.id = 2 or a.id > 1000`,
);
await db.query(`
  insert into app.channels (id, slug, audience_id, name, purpose, byline_id) select c.subject_id, 'c' || c.audience_id, c.audience_id, 'Channel ' || c.audience_id, '', (select byline from writers where i = 1) from app.conversations c;
  create temp table talks as select gen_random_uuid() as id, c.id as conversation, c.audience_id as audience, n from app.conversations c, generate_series(1, ${THREADS}) n;
  insert into app.threads (id, conversation_id, audience_id, title, byline_id)
  select t.id, t.conversation, t.audience, 'Matter ' || t.n || case when t.n = 7 and t.audience > 1000 + ${CIRCLES} * 4 / 5 then ' covert' else '' end, w.byline from talks t join writers w on w.i = 1 + t.n % ${WRITERS};
  create index on talks (audience, n); analyze talks; analyze writers`);
// Two of five messages are for everyone; the rest are spread over the circles. A word's rank is drawn so that few words are frequent and most are rare.
// The language goes by the number, and the newest 45,000 are one English burst, which is bad for walking back from now.
const word = (n: number) => `w[l] || floor(exp(random() * 8.5))::int || 'x:${n}'`;
await db.query(`
  create temp table made as
  select i, gen_random_uuid() as id, case when i % 5 < 2 then 2 else 1001 + floor(random() * ${CIRCLES})::int end as audience, case when i > ${MESSAGES} - 45000 then 1 else 1 + i % 6 end as l,
    1 + floor(${WRITERS} * random() ^ 4)::int as writer, 1 + floor(${THREADS} * random())::int as n,
    now() - (${MESSAGES} - i) * interval '${DAYS} days' / ${MESSAGES} as at, case when i % 3 = 0 then null else 'TLP:GREEN' end as label,
    array_remove(array[case when i % 31 = 0 then 'h:file' end, case when i % 11 = 0 then 'h:link' end, case when i % 211 = 0 then 'h:poll' end, case when i % 53 = 0 then 'h:indicator' end], null) as holds,
    case when i % 2 = 0 then 'common:21 ' else '' end || case when i % 25 < 3 then 'middle:22 ' else '' end || case when i % (${MESSAGES} / 19) = 7 then 'rare:23 ' else '' end
    || case when i % 6 = 5 and i % 5 = 1 then '欺诈:24 诈检:25 ' when i % 6 = 4 and i % 5 = 0 then 'احتيال:24 ' else '' end as marks
  from generate_series(1, ${MESSAGES}) i`);
await db.query(`update made set writer = ${WRITERS} + 1 where audience > 1000 + ${CIRCLES} * 4 / 5 and i % 50 = 3; create index on made (i); analyze made`);
await db.query(`
  insert into search.entries (position, kind, subject_id, audience_id, words, at)
  select m.i, 'message', m.id, m.audience, (marks || case when m.audience > 1000 + ${CIRCLES} * 4 / 5 then 'hidden:26 ' else '' end || ${Array.from({ length: 14 }, (_, n) => word(n + 1)).join(` || ' ' || `)})::tsvector
    || array_to_tsvector(array['f:' || a.byline, 'c:' || t.conversation, 't:' || t.id, 'k:channel', 'l:' || coalesce(m.label, '')] || m.holds), m.at
  from made m join writers a on a.i = m.writer join talks t on t.audience = m.audience and t.n = m.n cross join (select array['swap','fraude','tarjeta','номер','هاتف','账'] as w) x order by m.i`);
await db.query("select setval('search.positions', $1)", [MESSAGES]);
await db.query(`
  insert into app.messages (id, conversation_id, thread_id, audience_id, number, thread_number, byline_id, body, retry_key, body_hash, marking, created_at)
  select m.id, t.conversation, t.id, m.audience, m.i, m.i, a.byline, 'A message of the usual length, which says what somebody saw, did or wants to know about ' || m.i, gen_random_uuid(), '\\x00', m.label, m.at
  from made m join writers a on a.i = m.writer join talks t on t.audience = m.audience and t.n = m.n`);
await db.query('vacuum analyze search.entries');
for (const table of ['messages', 'threads', 'channels', 'conversations', 'bylines', 'members']) await db.query(`analyze app.${table}`);
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
  French: 'fraude1x',
  beginning: 'swap12',
};
const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
/** The filters, in the words of each language, with words and alone. */
const filtered: Record<string, string> = {
  'from: much': 'from:Writer1 common',
  'from: little, alone': 'from:Writer499',
  'French from, after': `de:Writer3 après:${day(200)} middle`,
  'Spanish in, before': `en:#c1004 antes:${day(300)} common`,
  'Russian in everyone, month': `в:#c2 после:${day(400).slice(0, 7)} common`,
  'Chinese has': '欺诈 包含:链接',
  'Arabic has, from': 'الاحتيال يحتوي:رابط من:Writer1',
  'has: poll, alone': 'has:poll',
  'tlp: rare': 'tlp:green rare',
  'tlp: alone': 'tlp:green',
  'thread: much': 'thread:"Matter 77" common',
  'thread: a word of all': 'thread:matter common',
  'one old day': `after:${day(650)} before:${day(649)} common`,
  years: `after:2000 before:2200 middle`,
  without: 'common -middle -from:Writer1 -in:#c2',
  everything: `from:Writer1 in:#c2 has:link tlp:green after:${day(600)} before:${day(10)} thread:matter common`,
};
/** What is hidden from the outsider beside what is absent: the same words, the same filters. The last word is asked for as a beginning, as the page does, unless it is quoted. */
const pairs: Record<string, [hidden: string, absent: string]> = {
  beginning: ['hidden', 'nowhere'],
  'half a word': ['hidd', 'nowh'],
  'whole word': ['hidden common', 'nowhere common'],
  'beginning beside a common word': ['common hidden', 'common nowhere'],
  'beginning and from': ['hidden from:Writer1', 'nowhere from:Writer1'],
  'beginning and has': ['hidden has:link', 'nowhere has:link'],
  'beginning and tlp': ['hidden tlp:green', 'nowhere tlp:green'],
  'beginning and days': [`hidden after:${day(400)}`, `nowhere after:${day(400)}`],
  'beginning and one old day': [`hidden after:${day(650)} before:${day(649)}`, `nowhere after:${day(650)} before:${day(649)}`],
  'beginning and in': ['hidden in:#c2', 'nowhere in:#c2'],
  'beginning and thread': ['hidden thread:matter', 'nowhere thread:matter'],
  'from: of the hidden only, and of nothing': ['from:Secretive', 'from:Silent'],
  'the same with a word': ['from:Secretive common', 'from:Silent common'],
  'in: a hidden place, and none': ['in:#c1240 common', 'in:#c9999 common'],
  'thread: hidden, and none': ['thread:covert', 'thread:nothing'],
};

const at = (list: number[], part: number) => list.toSorted((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * part))] ?? 0;
/** What the process behind a connection has used of a processor, in ms; where the system tells it (Linux). */
const used = (pid: number) => {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
  } catch {
    return Number.NaN;
  }
};
const ask = (who: Actor, question: string) =>
  as(who, async (tx) => {
    const pid = (await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx)).rows[0]!.pid;
    const before = used(pid);
    const asked = readAsked((name) => (name === 'q' ? question : null));
    const hits = await findByQuery(tx, await resolveAsked(tx, asked), 'messages', 40);
    const found = await readFoundMessages(
      tx,
      hits.map((hit) => hit.id),
    );
    return { found: found.length, cpu: used(pid) - before };
  });

type Run = { times: number[]; cpus: number[]; found: number | string };
/** Milliseconds of each run of one question, without the first two, and how much it found. */
async function time(actor: Actor, question: string, floor: boolean, runs = RUNS): Promise<Run> {
  const run: Run = { times: [], cpus: [], found: 0 };
  for (let i = 0; i < runs + 2; i++) {
    const started = performance.now();
    // The database gives up after two seconds, as it would for anybody: that is a figure too.
    const answer = await (floor ? onTheStep(() => ask(actor, question)) : ask(actor, question)).catch((error: Error) => ({ found: error.message, cpu: 2_000 }));
    run.found = answer.found;
    if (i < 2) continue;
    run.times.push(performance.now() - started);
    run.cpus.push(answer.cpu);
  }
  return run;
}
const say = (times: number[]) => `${at(times, 0.5).toFixed(1)}/${at(times, 0.95).toFixed(1)}`;
const cost = (cpus: number[]) => `cpu ${at(cpus, 0.5).toFixed(1)}`;

async function measure(what: string, asked: Record<string, string>): Promise<void> {
  console.log(`\n${what}, without the floor: ms p50/p95, cpu p50 (results); load ${loadavg()[0]?.toFixed(1)}`);
  for (const [person, actor] of Object.entries(people)) {
    const all: Run = { times: [], cpus: [], found: 0 };
    const cells: string[] = [];
    for (const [name, question] of Object.entries(asked)) {
      const { times, cpus, found } = await time(actor, question, false);
      all.times.push(...times);
      all.cpus.push(...cpus);
      cells.push(`  ${name.padEnd(28)} ${say(times).padStart(12)}  ${cost(cpus)} (${found})`);
    }
    console.log(`${person}: all ${say(all.times)}, cpu p50/p95 ${say(all.cpus)}\n${cells.join('\n')}`);
  }
}
await measure('Words', questions);
await measure('Filters', filtered);
for (const person of ['outsider', 'ordinary', 'eve'] as const) {
  console.log(
    `\nHidden beside absent, by ${person}, in turns: ms p50/p95 and cpu p50 without the floor; on the step of 100 ms (load ${loadavg()[0]?.toFixed(1)})`,
  );
  for (const [name, [hidden, absent]] of Object.entries(pairs)) {
    const cells: string[] = [];
    for (const floor of person === 'outsider' ? [false, true] : [false]) {
      const [there, not]: [Run, Run] = [
        { times: [], cpus: [], found: 0 },
        { times: [], cpus: [], found: 0 },
      ];
      // In turns, so that what else the machine does falls on both.
      for (let turn = 0; turn < 3; turn++)
        for (const [all, question] of [
          [there, hidden],
          [not, absent],
        ] as const) {
          const { times, cpus, found } = await time(people[person]!, question, floor, Math.ceil(RUNS / 3));
          all.times.push(...times);
          all.cpus.push(...cpus);
          all.found = found;
        }
      cells.push(
        floor
          ? `step ${say(there.times)} and ${say(not.times)}`
          : `hidden ${say(there.times)} ${cost(there.cpus)}, absent ${say(not.times)} ${cost(not.cpus)} (${there.found}, ${not.found})`,
      );
    }
    console.log(`${name.padEnd(42)} ${cells.join(' · ')}`);
  }
}
await closePools();
await db.end();
await cluster.stop();
rmSync(folder, { recursive: true, force: true });
