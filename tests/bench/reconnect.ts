/**
 * 1,000 clients come back after a node was killed and started again, each with what it missed: the web process beside a bare server that says the same to the same
 * clients. `node tests/bench/reconnect.ts [--clients 1000] [--missed 20]` (build/ has to match the sources). Clients stand in a process of their own and try again every 200 ms.
 */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Client } from 'pg';

const { values } = parseArgs({ options: { clients: { type: 'string', default: '1000' }, missed: { type: 'string', default: '20' } } });
const CLIENTS = Number(values.clients);
const MISSED = Number(values.missed);
type Told = { streams: number; frames: number; twice: number; moments: number[] };

/** The child: keeps a stream open for each cookie, comes back with the last id it heard, and tells when each had everything that was missed. */
function clients(): void {
  let moments: number[] = [];
  let frames = 0;
  let twice = 0;
  let streams = 0;
  process.on('message', (asked: { open?: { port: number; cookies: string[] }; forget?: true; report?: true }) => {
    if (asked.report) process.send?.({ streams, frames, twice, moments } satisfies Told);
    if (asked.forget) [moments, frames, twice] = [[], 0, 0];
    for (const cookie of asked.open?.cookies ?? []) stay(asked.open!.port, cookie);
  });
  function stay(port: number, cookie: string): void {
    let last = '';
    const seen = new Set<string>();
    const open = (): void => {
      let up = false;
      const again = () => {
        if (up) streams--;
        setTimeout(open, 100 + Math.random() * 200);
      };
      get(
        { port, host: '127.0.0.1', path: '/events', agent: false, headers: { cookie: `indaba=${cookie}`, ...(last ? { 'last-event-id': last } : {}) } },
        (answer) => {
          if (answer.statusCode !== 200) {
            answer.resume().on('close', again);
            return;
          }
          answer.setEncoding('utf8');
          answer.on('data', (text: string) => {
            for (const [, id] of text.matchAll(/^id: (.+)$/gm)) last = id!;
            for (const [, number] of text.matchAll(/missed (\d+) missed/g)) {
              frames++;
              if (seen.has(number!)) twice++;
              seen.add(number!);
              if (seen.size % MISSED === 0) moments.push(Date.now());
            }
            if (!up && text.includes('event: position')) {
              up = true;
              streams++;
            }
          });
          answer.on('error', () => {}).on('close', again);
        },
      ).on('error', again);
    };
    setTimeout(open, Math.random() * 3_000);
  }
}

async function main(): Promise<void> {
  const { withDatabase } = await import('#platform/database/scratch.server.ts');
  await withDatabase(measure);
  process.exit(0);
}

const freePort = (): Promise<number> =>
  new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => done(port));
    });
  });

async function measure(admin: string): Promise<void> {
  const { cast } = await import('../support/cast.ts');
  const { as } = await import('#platform/database/open.server.ts');
  const { startThread } = await import('#domains/conversations/start-thread.server.ts');
  const { postMessage } = await import('#domains/conversations/post-message.server.ts');
  const { ensureSignInKey } = await import('#domains/people/sign-in-key.server.ts');
  const { ensureKeys } = await import('#platform/keys.server.ts');
  const folder = mkdtempSync(join(tmpdir(), 'indaba-bench-'));
  Object.assign(process.env, { INDABA_DATA: folder, INDABA_KEYS: join(folder, 'keys') });
  ensureKeys();
  await ensureSignInKey(process.env.DATABASE_URL!);
  const c = await cast({ admin });
  const cookies = await people(admin);
  const { thread_id } = await as(c.as('lucia'), (tx) =>
    startThread(tx, { conversation_id: c.channel['all-members'].conversationId, title: 'bench', body: 'begin', retry_key: randomUUID() }),
  );
  let number = 0;
  const say = () => as(c.as('lucia'), (tx) => postMessage(tx, { thread_id, body: `missed ${++number} missed ${'word '.repeat(40)}`, retry_key: randomUUID() }));
  const port = await freePort();
  const node = () =>
    started(
      spawn(process.execPath, [resolve(import.meta.dirname, '../../bin/indaba'), 'web'], {
        env: { ...process.env, PORT: String(port) },
        stdio: ['ignore', 'pipe', 'inherit'],
      }),
      /ready at/,
    );
  const bare = () => started(spawn(process.execPath, ['-e', bareServer, String(port)], { stdio: ['ignore', 'pipe', 'inherit'] }), /ready/);
  const told: Record<string, number[]> = {};
  for (const [name, start] of [
    ['bare', bare],
    ['hub', node],
  ] as const) {
    let { child } = await start();
    const readers = fork(import.meta.filename, process.argv.slice(2));
    readers.send({ open: { port, cookies } });
    await until(readers, ({ streams }) => streams === CLIENTS);
    readers.send({ forget: true });
    child.kill('SIGKILL');
    await new Promise((done) => child.once('exit', done));
    if (name === 'hub') for (let n = 0; n < MISSED; n++) await say();
    let at: number;
    ({ child, at } = await start());
    const { frames, twice, moments } = await until(readers, (seen) => seen.moments.length >= CLIENTS);
    const after = moments.map((moment) => moment - at).sort((a, b) => a - b);
    told[name] = after;
    console.log(
      `${name}: ${moments.length} of ${CLIENTS} clients had all ${MISSED} messages they missed; half after ${after[Math.floor(CLIENTS / 2)]} ms, 99 % after ${after[Math.floor(CLIENTS * 0.99)]}, the last after ${after.at(-1)} ms of the address being there; ${frames} frames, ${twice} of them heard before`,
    );
    readers.kill();
    child.kill('SIGKILL');
    await new Promise((done) => child.once('exit', done));
  }
  const at = (name: string, part: number) => Math.max(1, told[name]![Math.floor((CLIENTS - 1) * part)]!);
  console.log(
    `hub against bare: half ${(at('hub', 0.5) / at('bare', 0.5)).toFixed(2)}x, 99 % ${(at('hub', 0.99) / at('bare', 0.99)).toFixed(2)}x, last ${(at('hub', 1) / at('bare', 1)).toFixed(2)}x`,
  );
  rmSync(folder, { recursive: true, force: true });
}

/** Says the same number of frames of the same size to whoever comes back, and keeps the stream open. */
const bareServer = `const text = Array.from({ length: ${MISSED} }, (_, n) => 'id: 1\\ndata: {"content":{"html":"missed ' + n + ' missed ${'word '.repeat(40)}"}}\\n\\n').join('');
require('node:http').createServer((asked, answer) => { answer.writeHead(200, { 'content-type': 'text/event-stream' }); answer.write((asked.headers['last-event-id'] ? text : '') + 'event: position\\nid: 1\\ndata: {}\\n\\n'); })
  .listen({ port: Number(process.argv[1]), host: '127.0.0.1', backlog: 4096 }, () => console.log('ready'));`;

function started(child: ChildProcess, word: RegExp): Promise<{ child: ChildProcess; at: number }> {
  return new Promise((done, fail) => {
    child.stdout!.on('data', (text: Buffer) => word.test(String(text)) && done({ child, at: Date.now() }));
    child.once('exit', (code) => fail(new Error(`ended with ${code}`)));
  });
}

async function until(readers: ChildProcess, enough: (told: Told) => boolean): Promise<Told> {
  for (let n = 0; ; n++) {
    const told = await new Promise<Told>((done) => {
      readers.once('message', (said) => done(said as Told));
      readers.send({ report: true });
    });
    if (enough(told)) return told;
    if (n > 600) throw new Error(`waited in vain: ${told.streams} streams, ${told.moments.length} with everything`);
    await new Promise((done) => setTimeout(done, 200));
  }
}

/** As many members as clients, each signed in once. */
async function people(admin: string): Promise<string[]> {
  const client = new Client({ connectionString: admin });
  await client.connect();
  const sha = (text: string) => createHash('sha256').update(text).digest();
  const cookies = Array.from({ length: CLIENTS }, () => randomBytes(32).toString('base64url'));
  const ids = cookies.map(() => randomUUID());
  await client.query(`insert into app.members (id, slug, name) select id, 'm-' || id, 'Member' from unnest($1::uuid[]) id`, [ids]);
  await client.query(`insert into app.audience_members select 2, id from unnest($1::uuid[]) id`, [ids]);
  await client.query(
    `insert into app.sessions (id, token_hash, member_id, kind, expires_at) select gen_random_uuid(), h, id, 'browser', now() + interval '1 day' from unnest($1::uuid[], $2::bytea[]) as x(id, h)`,
    [ids, cookies.map((cookie) => sha(sha(cookie).toString('hex')))],
  );
  await client.query('analyze');
  await client.end();
  return cookies;
}

if (process.send) clients();
else await main();
