/** Durable posts by 16 clients: the command beside a bare insert, spread over conversations and in one. `node tests/bench/posting.ts` */
import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

const CLIENTS = 16;
const SECONDS = 5;
const { startCluster, ADMIN_NAME } = await import('#platform/embedded/cluster.server.ts');
const { createRoles, LOGINS } = await import('#platform/database/roles.server.ts');
const { newPassword } = await import('#platform/database/scram.ts');
const { asUser, connectOnce } = await import('#platform/database/connect.server.ts');
const { migrate } = await import('#platform/database/migrate.server.ts');
const folder = mkdtempSync(join(tmpdir(), 'indaba-bench-'));
const password = newPassword();
const cluster = await startCluster({ folder, admin: { user: ADMIN_NAME, password } });
try {
  const admin = asUser(`postgres://127.0.0.1:${cluster.port}/postgres`, ADMIN_NAME, password);
  const passwords = Object.fromEntries(LOGINS.map((login) => [login, newPassword()])) as Record<(typeof LOGINS)[number], string>;
  const client = await connectOnce(admin);
  await createRoles(client, passwords).finally(() => client.end());
  const of = (login: (typeof LOGINS)[number]) => asUser(admin, `indaba_${login}`, passwords[login]);
  await migrate({ url: of('owner') });
  Object.assign(process.env, { DATABASE_URL: of('owner'), INDABA_WEB_URL: of('web'), INDABA_WORKER_URL: of('worker'), INDABA_STREAM_URL: of('stream') });
  await measure(admin);
} finally {
  await cluster.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);

async function measure(admin: string): Promise<void> {
  const { cast } = await import('../support/cast.ts');
  const { as } = await import('#platform/database/open.server.ts');
  const { startThread } = await import('#domains/conversations/start-thread.server.ts');
  const { postMessage } = await import('#domains/conversations/post-message.server.ts');
  const { openChannel } = await import('#domains/channels/open-channel.server.ts');
  const c = await cast({ admin });
  const { actor } = await c.signIn('lucia');
  const threads: string[] = [];
  for (let i = 0; i < 64; i++) {
    const channel = await as(actor, (tx) => openChannel(tx, { name: `Bench ${i}`, audience_id: 2, ceiling: 'TLP:GREEN', retry_key: randomUUID() }));
    const rows = await c.behind<{ id: string }>('select id from app.conversations where subject_id = $1', [channel.id]);
    threads.push((await as(actor, (tx) => startThread(tx, { conversation_id: rows[0]?.id, title: 't', body: 'b', retry_key: randomUUID() }))).thread_id);
  }
  const body = 'Proxy collection: what do you keep of the identity papers, and for how long? '.repeat(3);
  const bare = new pg.Pool({ connectionString: admin, max: 12 });
  bare.on('error', () => {});
  await bare.query('create table public.bare (id uuid primary key, conversation_id uuid, number int, body text, hash bytea, at timestamptz default now())');
  const cases: Record<string, () => Promise<unknown>> = {
    'bare insert': () =>
      bare.query('insert into public.bare (id, conversation_id, number, body, hash) values ($1, $2, 1, $3, $4)', [
        randomUUID(),
        randomUUID(),
        body,
        createHash('sha256').update(body).digest(),
      ]),
    'post, spread': () => as(actor, (tx) => postMessage(tx, { thread_id: threads[Math.floor(Math.random() * threads.length)], body, retry_key: randomUUID() })),
    'post, one conversation': () => as(actor, (tx) => postMessage(tx, { thread_id: threads[0], body, retry_key: randomUUID() })),
  };
  const rate: Record<string, number> = {};
  for (const name of ['bare insert', 'post, spread', 'post, one conversation', 'bare insert', 'post, spread', 'post, one conversation']) {
    const took: number[] = [];
    const until = performance.now() + SECONDS * 1_000;
    await Promise.all(
      Array.from({ length: CLIENTS }, async () => {
        while (performance.now() < until) {
          const from = performance.now();
          await cases[name]?.();
          took.push(performance.now() - from);
        }
      }),
    );
    took.sort((a, b) => a - b);
    rate[name] = took.length / SECONDS;
    console.log(
      `${name.padEnd(24)} ${rate[name]?.toFixed(0)}/s, p50 ${took[Math.floor(took.length / 2)]?.toFixed(1)}, p99 ${took[Math.floor(took.length * 0.99)]?.toFixed(1)} ms`,
    );
  }
  const base = rate['bare insert'] ?? 1;
  console.log(
    `against the bare insert: spread ${((rate['post, spread'] ?? 0) / base).toFixed(2)}, one conversation ${((rate['post, one conversation'] ?? 0) / base).toFixed(2)}`,
  );
  await bare.end();
}
