/**
 * What the opener and the policy cost, on this machine: `node tests/bench/opener.ts [messages]`. A scratch server and database of its own, gone afterwards.
 * Ratios against the same statement without roles and policies in the same run; the order is shuffled between rounds, so that a noisy neighbour hits all alike.
 */
import { randomBytes, createHash } from 'node:crypto';
import { sql } from 'kysely';
import pg from 'pg';
import { connectOnce } from '#platform/database/connect.server.ts';
import { as } from '#platform/database/open.server.ts';
import { withDatabase } from '#platform/database/scratch.server.ts';

const MESSAGES = Number(process.argv[2] ?? 200_000);
const CLIENTS = 16;
const SECONDS = 2;
const ROUNDS = 3;

const median = (list: number[]) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? Number.NaN;
const shuffled = <T>(list: T[]) =>
  list
    .map((each) => [Math.random(), each] as const)
    .toSorted((a, b) => a[0] - b[0])
    .map(([, each]) => each);

/** Statements a second of CLIENTS that never rest. */
async function throughput(work: () => Promise<unknown>): Promise<number> {
  const end = performance.now() + SECONDS * 1_000;
  let done = 0;
  await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      while (performance.now() < end) {
        await work();
        done++;
      }
    }),
  );
  return done / SECONDS;
}
async function latency(work: () => Promise<unknown>, times = 200): Promise<number> {
  const took: number[] = [];
  for (let n = 0; n < times; n++) {
    const started = performance.now();
    await work();
    took.push(performance.now() - started);
  }
  return median(took);
}

let admin!: string;
let root!: pg.Client;
await withDatabase(
  async (address) => {
    admin = address;
    root = await connectOnce(admin);
    const keys = await fill();
    await openers(keys.ordinary);
    await shapes(keys);
    await root.end();
  },
  { unsafe: true },
);

/** 500 members, 300 audiences, MESSAGES messages; ordinary belongs to 60 audiences, heavy to 250, the outsider to none. */
async function fill(): Promise<Record<'ordinary' | 'heavy' | 'outsider', string>> {
  await root.query(
    `
    insert into app.audiences (kind, ref, label) select 'named', gen_random_uuid(), 'a' || n from generate_series(1, 300) n;
    insert into app.members (id, slug, name) select gen_random_uuid(), 'm' || n, 'M' || n from generate_series(1, 500) n;
    insert into app.audience_members select a.id, m.id from app.audiences a, app.members m
      where a.id > 2 and case m.slug when 'm1' then a.id <= 62 when 'm2' then a.id <= 252 when 'm3' then false else hashtext(m.slug || a.id) % 5 = 0 end;
    insert into app.audience_members select 2, id from app.members where slug <> 'm3';
    create schema bench;
    create table bench.messages (id uuid primary key default gen_random_uuid(), conversation_id int not null, audience_id int not null, body text not null, created_at timestamptz not null);
    insert into bench.messages (conversation_id, audience_id, body, created_at)
      select c, 3 + c % 300, repeat(md5(n::text), 4), now() - make_interval(secs => n) from (select n, (n * 7919) % 1500 as c from generate_series(1, ${MESSAGES}) n) x;
    create index on bench.messages (created_at desc) include (audience_id);
    create index on bench.messages (conversation_id, created_at desc) include (audience_id);
    create table bench.bare (like bench.messages including all);
    insert into bench.bare select * from bench.messages;
    grant usage on schema bench to indaba_person;
    grant select on all tables in schema bench to indaba_person;
    grant select on app.audience_members to indaba_person;
    create function bench.may_read(audience int) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
      'select audience in (select app.my_audiences())';
    alter function bench.may_read(int) owner to indaba_keyring;
    grant execute on function bench.may_read(int) to indaba_person;
    alter table bench.messages enable row level security;
    vacuum analyze`.replace(/vacuum analyze$/, ''),
  );
  await root.query('vacuum analyze');
  const keys: Record<string, string> = {};
  for (const [name, slug] of [
    ['ordinary', 'm1'],
    ['heavy', 'm2'],
    ['outsider', 'm3'],
  ] as const) {
    keys[name] = createHash('sha256').update(randomBytes(32)).digest('hex');
    await root.query(
      `insert into app.sessions (id, token_hash, member_id, kind, expires_at) select gen_random_uuid(), sha256(convert_to($1, 'UTF8')), id, 'browser', now() + interval '1 day' from app.members where slug = $2`,
      [keys[name], slug],
    );
  }
  return keys as Record<'ordinary' | 'heavy' | 'outsider', string>;
}

async function openers(key: string): Promise<void> {
  const pool = new pg.Pool({ connectionString: admin, max: 12 });
  const web = new pg.Pool({ connectionString: process.env.INDABA_WEB_URL, max: 12 });
  const { rows } = await root.query<{ id: string }>("select id from app.members where slug = 'm1'");
  const id = rows[0]?.id;
  const read = 'select id, name from app.members where id = $1';
  const ways: Record<string, () => Promise<unknown>> = {
    'bare: begin, read, commit, no role and no policy': async () => {
      const client = await pool.connect();
      await client.query('begin');
      await client.query({ name: 'read', text: read, values: [id] });
      await client.query('commit');
      client.release();
    },
    'the opener: as(person), bound, begin and session in one write': () =>
      as({ kind: 'person', key }, (tx) => sql`select id, name from app.members where id = ${id}`.execute(tx)),
    'the opener as a visitor, nothing read': () => as({ kind: 'visitor' }, (tx) => sql`select 1`.execute(tx)),
    'the same by hand, five awaited trips': async () => {
      const client = await web.connect();
      await client.query('begin');
      await client.query("set local statement_timeout = '2s'");
      await client.query("select set_config('role', 'indaba_person', true)");
      await client.query("select set_config('indaba.session', $1, true)", [key]);
      await client.query(read, [id]);
      await client.query('commit');
      client.release();
    },
  };
  const alone: Record<string, number[]> = {};
  const many: Record<string, number[]> = {};
  for (const work of Object.values(ways)) await latency(work, 50);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, work] of shuffled(Object.entries(ways))) {
      (alone[name] ??= []).push(await latency(work));
      (many[name] ??= []).push(await throughput(work));
    }
  }
  const [reference = ''] = Object.keys(ways);
  console.log(`\nOpener (${CLIENTS} clients on 12 connections, ${ROUNDS} rounds of ${SECONDS} s, medians)`);
  for (const name of Object.keys(ways)) {
    const [p50, rate] = [median(alone[name] ?? []), median(many[name] ?? [])];
    console.log(
      `${name.padEnd(64)} ${p50.toFixed(2)} ms  x${(p50 / median(alone[reference] ?? [])).toFixed(2)}   ${Math.round(rate)}/s  x${(rate / median(many[reference] ?? [])).toFixed(2)}`,
    );
  }
  await pool.end();
  await web.end();
}

async function shapes(keys: Record<'ordinary' | 'heavy' | 'outsider', string>): Promise<void> {
  const policies: Record<string, string | null> = {
    'no policy': null,
    'in (select my_audiences())': 'audience_id in (select app.my_audiences())',
    '= any (array(select my_audiences()))': 'audience_id = any (array(select app.my_audiences()))',
    'exists over membership': 'exists (select from app.audience_members am where am.audience_id = messages.audience_id and am.member_id = (select app.me()))',
    'function called per row': 'bench.may_read(audience_id)',
  };
  const statements = {
    'newest 50': (t: string) => `select id, body from bench.${t} order by created_at desc limit 50`,
    'one conversation': (t: string) => `select id, body from bench.${t} where conversation_id = 15 order by created_at desc limit 50`,
    'count per conversation': (t: string) => `select conversation_id, count(*) from bench.${t} group by 1`,
  };
  const client = new pg.Client({ connectionString: process.env.INDABA_WEB_URL });
  await client.connect();
  const took: Record<string, number[]> = {};
  const tooSlow = new Set<string>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const [shape, using] of shuffled(Object.entries(policies))) {
      await root.query('drop policy if exists reads on bench.messages');
      if (using) await root.query(`create policy reads on bench.messages for select to indaba_person using (${using})`);
      for (const [name, text] of Object.entries(statements)) {
        for (const [who, key] of Object.entries(keys)) {
          const cell = `${shape}|${name}|${who}`;
          if (tooSlow.has(cell)) continue;
          await client.query('begin');
          await client.query("select set_config('role', 'indaba_person', true), set_config('indaba.session', $1, true)", [key]);
          await client.query("set local statement_timeout = '5s'");
          const statement = text(using ? 'messages' : 'bare');
          try {
            const started = performance.now();
            await client.query(statement);
            (took[cell] ??= []).push(await latency(() => client.query(statement), performance.now() - started > 50 ? 2 : 20));
          } catch {
            tooSlow.add(cell);
          }
          await client.query('rollback');
        }
      }
    }
  }
  console.log(`\nPolicy shapes over ${MESSAGES} messages (ms, median of ${ROUNDS} shuffled rounds; ordinary 60 audiences / heavy 250 / outsider 0)`);
  for (const shape of Object.keys(policies)) {
    const cells = Object.keys(statements).map(
      (name) =>
        `${name}: ${Object.keys(keys)
          .map((who) => (tooSlow.has(`${shape}|${name}|${who}`) ? '>5000' : median(took[`${shape}|${name}|${who}`] ?? []).toFixed(2)))
          .join(' / ')}`,
    );
    console.log(`${shape.padEnd(38)} ${cells.join('   ')}`);
  }
  await client.end();
}
