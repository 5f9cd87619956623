/**
 * Durable posts by 16 members: the command beside a bare insert, spread over 64 conversations and in one; then at a given pace.
 * `node tests/bench/posting.ts [rounds]`. One way after the other in rounds of a second, in shuffled order, so that a busy
 * neighbour hits all alike; the ratio is the median of the rounds' ratios. The bare insert is a named statement on as many connections.
 */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import pg from 'pg';
import { openChannel } from '#domains/channels/open-channel.server.ts';
import { postMessage } from '#domains/conversations/post-message.server.ts';
import { startThread } from '#domains/conversations/start-thread.server.ts';
import { type Actor, as } from '#platform/database/open.server.ts';
import { withDatabase } from '#platform/database/scratch.server.ts';
import { type Cast, cast } from '../support/cast.ts';

const ROUNDS = Number(process.argv[2] ?? 12);
const CLIENTS = 16;
const CONVERSATIONS = 64;
const PACE = 200;
const body = 'Proxy collection: what do you keep of the identity papers, and for how long? '.repeat(3);
type Way = 'bare' | 'spread' | 'hot';

const sha = (text: string) => createHash('sha256').update(text).digest();
const at = (sorted: number[], part: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
const median = (list: number[]) =>
  at(
    list.toSorted((a, b) => a - b),
    0.5,
  );
const any = <T>(list: T[]) => list[Math.floor(Math.random() * list.length)] as T;

/** As many full members as clients, each signed in once. */
async function people(c: Cast): Promise<Actor[]> {
  const keys = Array.from({ length: CLIENTS }, () => sha(randomBytes(16).toString('hex')).toString('hex'));
  const ids = keys.map(() => randomUUID());
  await c.behind("insert into app.members (id, slug, name) select id, 'm-' || id, 'Member' from unnest($1::uuid[]) id", [ids]);
  await c.behind("insert into app.bylines (id, kind, member_id, name) select gen_random_uuid(), 'person', id, 'Member' from unnest($1::uuid[]) id", [ids]);
  await c.behind('insert into app.audience_members select 2, id from unnest($1::uuid[]) id', [ids]);
  await c.behind(
    "insert into app.sessions (id, token_hash, member_id, kind, expires_at) select gen_random_uuid(), h, id, 'browser', now() + interval '1 day' from unnest($1::uuid[], $2::bytea[]) as x(id, h)",
    [ids, keys.map(sha)],
  );
  return keys.map((key) => ({ kind: 'person', key }));
}

async function threadsOf(c: Cast): Promise<string[]> {
  const { actor } = await c.signIn('lucia');
  const threads: string[] = [];
  for (let i = 0; i < CONVERSATIONS; i++) {
    const channel = await as(actor, (tx) => openChannel(tx, { name: `Bench ${i}`, audience_id: 2, ceiling: 'TLP:GREEN', retry_key: randomUUID() }));
    const rows = await c.behind<{ id: string }>('select id from app.conversations where subject_id = $1', [channel.id]);
    threads.push((await as(actor, (tx) => startThread(tx, { conversation_id: rows[0]?.id, title: 't', body: 'b', retry_key: randomUUID() }))).thread_id);
  }
  return threads;
}

await withDatabase(async (admin) => {
  const c = await cast({ admin });
  const actors = await people(c);
  const threads = await threadsOf(c);
  // As in a hub that has run for a while.
  await c.behind('analyze');
  const bare = new pg.Pool({ connectionString: admin, max: 12 });
  bare.on('error', () => {});
  await bare.query('create table public.bare (id uuid primary key, conversation_id uuid, number int, body text, hash bytea, at timestamptz default now())');
  const post = (actor: Actor, thread_id: string) => as(actor, (tx) => postMessage(tx, { thread_id, body, retry_key: randomUUID() }, { last: true }));
  const ways: Record<Way, (actor: Actor) => Promise<unknown>> = {
    bare: () =>
      bare.query({
        name: 'bare',
        text: 'insert into public.bare (id, conversation_id, number, body, hash) values ($1, $2, 1, $3, $4)',
        values: [randomUUID(), randomUUID(), body, sha(body)],
      }),
    spread: (actor) => post(actor, any(threads)),
    hot: (actor) => post(actor, threads[0] as string),
  };

  /** Milliseconds of processor that the database's processes of this bench have had (Linux tells it). */
  async function databaseUsed(): Promise<number> {
    const { rows } = await bare.query<{ pid: number }>('select pid from pg_stat_activity where datname = current_database() or datname is null');
    return rows.reduce((sum, { pid }) => {
      try {
        return sum + Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
      } catch {
        return sum;
      }
    }, 0);
  }
  async function saturated(way: Way, seconds: number): Promise<{ rate: number; took: number[]; cpu: number; database: number }> {
    const took: number[] = [];
    const database = await databaseUsed();
    const before = process.cpuUsage();
    const from = performance.now();
    await Promise.all(
      actors.map(async (actor) => {
        while (performance.now() < from + seconds * 1_000) {
          const began = performance.now();
          await ways[way](actor);
          took.push(performance.now() - began);
        }
      }),
    );
    const { user, system } = process.cpuUsage(before);
    const rate = took.length / ((performance.now() - from) / 1_000);
    return { rate, took, cpu: (user + system) / 1_000 / took.length, database: ((await databaseUsed()) - database) / took.length };
  }
  const names = Object.keys(ways) as Way[];
  for (const way of names) await saturated(way, 1);
  const rounds: Array<Record<Way, number>> = [];
  const took: Record<Way, number[]> = { bare: [], spread: [], hot: [] };
  const cpu: Record<Way, number[]> = { bare: [], spread: [], hot: [] };
  const database: Record<Way, number[]> = { bare: [], spread: [], hot: [] };
  for (let round = 0; round < ROUNDS; round++) {
    const rates = {} as Record<Way, number>;
    for (const way of names.toSorted(() => Math.random() - 0.5)) {
      const run = await saturated(way, 1);
      rates[way] = run.rate;
      took[way].push(...run.took);
      cpu[way].push(run.cpu);
      database[way].push(run.database);
    }
    rounds.push(rates);
  }
  console.log(`${CLIENTS} clients that never rest, ${ROUNDS} rounds, load ${loadavg()[0]?.toFixed(1)}`);
  for (const way of names) {
    const sorted = took[way].toSorted((a, b) => a - b);
    const ratio = way === 'bare' ? '' : `, against bare ${median(rounds.map((rates) => rates[way] / rates.bare)).toFixed(2)}`;
    console.log(
      `${way.padEnd(8)} ${median(rounds.map((rates) => rates[way])).toFixed(0)}/s, p50 ${at(sorted, 0.5).toFixed(1)}, p99 ${at(sorted, 0.99).toFixed(1)} ms, ${median(cpu[way]).toFixed(2)} ms of processor here and ${median(database[way]).toFixed(2)} in the database${ratio}`,
    );
  }
  console.log(`${PACE} a second, each measured from the moment it was due`);
  for (const way of names) {
    const late: number[] = [];
    const from = performance.now();
    const running: Array<Promise<unknown>> = [];
    for (let i = 0; i < PACE * 8; i++) {
      const due = from + (i * 1_000) / PACE;
      if (due > performance.now()) await new Promise((resolve) => setTimeout(resolve, due - performance.now()));
      running.push(ways[way](actors[i % CLIENTS] as Actor).then(() => late.push(performance.now() - due)));
    }
    await Promise.all(running);
    late.sort((a, b) => a - b);
    console.log(
      `${way.padEnd(8)} p50 ${at(late, 0.5).toFixed(1)}, p99 ${at(late, 0.99).toFixed(1)}, max ${late.at(-1)?.toFixed(1)} ms, load ${loadavg()[0]?.toFixed(1)}`,
    );
  }
  await bare.end();
});
process.exit(0);
