/**
 * 1,000 open streams over HTTP at 20 posts a second: the relay beside a bare broadcast of the same frames, in one run.
 * `node tests/bench/live-stream.ts [--streams 1000] [--rate 20] [--seconds 15]` prints one line a case. Readers stand in a process of their own.
 */
import { fork } from 'node:child_process';
import { randomBytes, randomUUID, createHash } from 'node:crypto';
import { createServer, get, type ServerResponse } from 'node:http';
import { parseArgs } from 'node:util';
import { Client } from 'pg';

const { values } = parseArgs({
  options: { streams: { type: 'string', default: '1000' }, rate: { type: 'string', default: '20' }, seconds: { type: 'string', default: '10' } },
});
const STREAMS = Number(values.streams);
const RATE = Number(values.rate);
const SECONDS = Number(values.seconds);
type Told = { delivered: number; p50: number; p99: number; max: number };

if (process.send) await readStreams();
else await main();

/** The child: opens all streams, and tells how late each frame was. Frames carry the moment of their post in the text. */
async function readStreams(): Promise<void> {
  let late: number[] = [];
  process.on('message', (asked: { open?: { port: number; keys: string[] }; report?: true }) => {
    if (asked.report) {
      late.sort((a, b) => a - b);
      const at = (part: number) => late[Math.min(late.length - 1, Math.floor(late.length * part))] ?? 0;
      process.send?.({ delivered: late.length, p50: at(0.5), p99: at(0.99), max: late.at(-1) ?? 0 } satisfies Told);
      late = [];
    }
    if (!asked.open) return;
    const { port, keys } = asked.open;
    let ready = 0;
    // Some at a time: a thousand at once overrun the queue of new connections.
    let next = 0;
    const open = (key = keys[next++]): void => {
      if (!key) return;
      get({ port, host: '127.0.0.1', path: `/?key=${key}`, agent: false }, (answer) => {
        answer.setEncoding('utf8');
        let begun = false;
        answer.on('data', (text: string) => {
          if (!begun && text.includes('event: position')) {
            begun = true;
            open();
            if (++ready === keys.length) process.send?.({ ready: true });
          }
          const now = performance.timeOrigin + performance.now();
          for (const found of text.matchAll(/sent (\d+\.\d+)/g)) late.push(now - Number(found[1]));
        });
      }).on('error', () => setTimeout(() => open(key), 100));
    };
    for (let i = 0; i < 50; i++) open();
  });
}

async function main(): Promise<void> {
  const { withDatabase } = await import('#platform/database/scratch.server.ts');
  await withDatabase(measure);
  process.exit(0);
}

async function measure(admin: string): Promise<void> {
  const { cast } = await import('../support/cast.ts');
  const { as } = await import('#platform/database/open.server.ts');
  const { startThread } = await import('#domains/conversations/start-thread.server.ts');
  const { postMessage } = await import('#domains/conversations/post-message.server.ts');
  const { theRelay, stopRelay } = await import('#domains/activity/stream.server.ts');
  const { connectBus, closeBus } = await import('#platform/bus/bus.server.ts');
  const { wire } = await import('../../src/wiring.server.ts');
  const c = await cast({ admin });
  wire();
  connectBus();
  const keys = await people(admin);
  const { thread_id } = await as(c.as('lucia'), (tx) =>
    startThread(tx, { conversation_id: c.channel['all-members'].conversationId, title: 'bench', body: 'begin', retry_key: randomUUID() }),
  );

  const bare = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const key = new URL(request.url ?? '/', 'http://x').searchParams.get('key') ?? '';
    if (key === 'bare') {
      bare.add(response);
      response.write('event: position\ndata: {}\n\n');
      return;
    }
    const connection = { key, send: (text: string) => (response.write(text), true), close: () => void response.end() };
    theRelay().add(connection);
    response.on('close', () => theRelay().remove(connection));
  });
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, resolve));
  const port = (server.address() as { port: number }).port;

  const post = () =>
    as(c.as('lucia'), (tx) =>
      postMessage(tx, { thread_id, body: `sent ${(performance.timeOrigin + performance.now()).toFixed(3)} ${'word '.repeat(40)}`, retry_key: randomUUID() }),
    );
  const frame = () =>
    `id: ${randomUUID()}:123456\ndata: ${JSON.stringify({ kind: 'message.posted', subject_kind: 'message', subject_id: randomUUID(), data: { number: 5, thread_id, conversation_id: thread_id }, at: new Date(), content: { name: 'Lucía', organization: 'Secretariat', number: 5, marking: null, html: `<p>sent ${(performance.timeOrigin + performance.now()).toFixed(3)} ${'word '.repeat(40)}</p>`, at: new Date(), edited: false, gone: false } })}\n\n`;
  const broadcast = async () => {
    const text = frame();
    for (const response of bare) response.write(text);
  };
  // The bare broadcast beside the same posting: what the relay adds, and not what posting costs, is the question.
  const bareAndPost = async () => {
    await post();
    await broadcast();
  };
  const out: Record<string, Told> = {};
  for (const [name, keysOf, act] of [
    ['bare', keys.map(() => 'bare'), broadcast],
    ['relay', keys, post],
    ['bare+post', keys.map(() => 'bare'), bareAndPost],
    ['relay', keys, post],
    ['bare', keys.map(() => 'bare'), broadcast],
  ] as const) {
    const told = await run(port, keysOf, act);
    bare.clear();
    out[name] = told;
    const cpu = told.cpu;
    console.log(
      `${name.padEnd(10)} ${RATE}/s to ${STREAMS}: delivered ${((100 * told.delivered) / (RATE * SECONDS * STREAMS)).toFixed(2)} %, p50 ${told.p50.toFixed(1)}, p99 ${told.p99.toFixed(1)}, max ${told.max.toFixed(1)} ms; cpu of the serving process ${cpu.toFixed(2)} core`,
    );
  }
  console.log(`relay against bare: p50 ${(out['relay']!.p50 / out['bare']!.p50).toFixed(2)}x, p99 ${(out['relay']!.p99 / out['bare']!.p99).toFixed(2)}x`);
  stopRelay();
  server.closeAllConnections();
  server.close();
  await closeBus();
}

async function run(port: number, keys: string[], act: () => Promise<unknown>): Promise<Told & { cpu: number }> {
  const child = fork(import.meta.filename);
  await new Promise<void>((resolve) => {
    child.on('message', (said: { ready?: boolean }) => said.ready && resolve());
    child.send({ open: { port, keys } });
  });
  // The first ones warm up plans and code; what they say of themselves is thrown away.
  for (let i = 0; i < 10; i++) await act();
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  await report(child);
  const before = process.cpuUsage();
  const from = performance.now();
  for (let i = 0; i < RATE * SECONDS; i++) {
    const wait = from + (i * 1_000) / RATE - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    await act();
  }
  const used = process.cpuUsage(before);
  const cpu = (used.user + used.system) / 1_000 / (performance.now() - from);
  // A loaded machine is late, not deaf: all that was sent is waited for.
  await new Promise((resolve) => setTimeout(resolve, 6_000));
  const told = await report(child);
  child.kill();
  await new Promise((resolve) => setTimeout(resolve, 500));
  return { ...told, cpu };
}

function report(child: ReturnType<typeof fork>): Promise<Told> {
  return new Promise((resolve) => {
    const hear = (said: Told) => {
      if (!('delivered' in said)) return;
      child.off('message', hear);
      resolve(said);
    };
    child.on('message', hear);
    child.send({ report: true });
  });
}

/** As many members as streams, each signed in once. */
async function people(admin: string): Promise<string[]> {
  const client = new Client({ connectionString: admin });
  await client.connect();
  const sha = (text: string) => createHash('sha256').update(text).digest();
  const keys = Array.from({ length: STREAMS }, () => sha(randomBytes(16).toString('hex')).toString('hex'));
  const ids = keys.map(() => randomUUID());
  await client.query(`insert into app.members (id, slug, name) select id, 'm-' || id, 'Member' from unnest($1::uuid[]) id`, [ids]);
  await client.query(`insert into app.audience_members select 2, id from unnest($1::uuid[]) id`, [ids]);
  await client.query(
    `insert into app.sessions (id, token_hash, member_id, kind, expires_at) select gen_random_uuid(), h, id, 'browser', now() + interval '1 day' from unnest($1::uuid[], $2::bytea[]) as x(id, h)`,
    [ids, keys.map(sha)],
  );
  // As in a hub that has run for a while.
  await client.query('analyze');
  await client.end();
  return keys;
}
