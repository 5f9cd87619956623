/**
 * Durable posts from 16 clients beside a bare insert under the same commit settings, spread over conversations and in one hot one; then the
 * latency at 200 posts a second. `node tests/bench/posting.ts` prints ratios: goals 0.4 spread, 0.2 hot, p99 at most 50 ms.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'pg';
import { postMessage } from '#domains/conversations/post-message.server.ts';
import { startThread } from '#domains/conversations/start-thread.server.ts';
import { as } from '#platform/database/open.server.ts';
import { cast } from '../support/cast.ts';
import { withDatabase } from './bench-database.ts';

const clients = 16;
const seconds = 3;
const median = (list: number[]) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? Number.NaN;

async function rate(work: (client: number) => Promise<unknown>): Promise<number> {
  const end = performance.now() + seconds * 1000;
  let done = 0;
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      for (; performance.now() < end; done++) await work(client);
    }),
  );
  return done / seconds;
}

await withDatabase(async (admin) => {
  const c = await cast({ admin });
  const { actor } = await c.signIn('amina');
  const threads: string[] = [];
  for (let i = 0; i < 64; i++) {
    const [channel, conversation] = [randomUUID(), randomUUID()];
    await c.behind(`insert into app.channels (id, slug, audience_id, name) values ($1, $2, 2, $2)`, [channel, `bench-${i}`]);
    await c.behind(`insert into app.conversations (id, audience_id, subject_kind, subject_id) values ($1, 2, 'channel', $2)`, [conversation, channel]);
    threads.push(
      (await as(actor, (tx) => startThread(tx, { conversation_id: conversation, title: `bench ${i}`, body: 'begin', retry_key: randomUUID() }))).thread_id,
    );
  }
  await c.behind('create table public.bare (id uuid primary key, thread_id uuid not null, body text not null, at timestamptz not null default now())');
  const pool = new Pool({ connectionString: admin, max: clients });
  const body = 'A message of ordinary length about how long a swapped SIM is held back before the first transaction, and who decides that. '.repeat(2);
  const bare = () =>
    pool.query({ name: 'bare', text: 'insert into public.bare (id, thread_id, body) values ($1, $2, $3)', values: [randomUUID(), threads[0], body] });
  const post = (thread: string) => as(actor, (tx) => postMessage(tx, { thread_id: thread, body, retry_key: randomUUID() }));
  const spread = (client: number) => post(threads[(client * 4 + Math.floor(Math.random() * 4)) % threads.length]!);
  const found: Record<'bare' | 'spread' | 'hot', number[]> = { bare: [], spread: [], hot: [] };
  for (let round = 0; round < 3; round++) {
    found.bare.push(await rate(bare));
    found.spread.push(await rate(spread));
    found.hot.push(await rate(() => post(threads[0]!)));
  }
  const took: number[] = [];
  const waiting: Promise<void>[] = [];
  for (let i = 0; i < 200 * seconds; i++) {
    waiting.push(
      (async (started) => {
        await spread(i % clients);
        took.push(performance.now() - started);
      })(performance.now()),
    );
    await sleep(5);
  }
  await Promise.all(waiting);
  await pool.end();
  const p99 = took.toSorted((a, b) => a - b)[Math.floor(took.length * 0.99)] ?? Number.NaN;
  const base = median(found.bare);
  console.log(
    `posting, ${clients} clients: spread ${(median(found.spread) / base).toFixed(2)} of a bare insert (goal 0.4), one hot conversation ${(median(found.hot) / base).toFixed(2)} (goal 0.2); bare ${base.toFixed(0)}/s`,
  );
  console.log(`posting at 200/s: p50 ${median(took).toFixed(1)} ms, p99 ${p99.toFixed(1)} ms (goal 50)`);
});
process.exit(0);
