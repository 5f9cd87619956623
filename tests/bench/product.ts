/**
 * The whole product as it is run: start, weight, reading, memory. `node tests/bench/product.ts` starts a hub in a folder of its own
 * (build/ has to match the sources) and prints a line for each goal.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { weigh } from '../../bin/weigh.ts';

const root = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'indaba-bench-'));

async function start(): Promise<{ child: ChildProcess; url: string; ms: number }> {
  const begun = performance.now();
  const child = spawn(process.execPath, [join(root, 'bin/indaba'), 'start'], {
    cwd: root,
    env: { ...process.env, PORT: '0', INDABA_DATA: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { promise, resolve: done, reject } = Promise.withResolvers<string>();
  let said = '';
  child.stdout!.on('data', (text: Buffer) => {
    said += text;
    const url = /ready at (\S+)/.exec(said)?.[1];
    if (url) done(url);
  });
  child.on('exit', (code) => reject(new Error(`start ended with ${code}`)));
  return { child, url: await promise, ms: performance.now() - begun };
}

async function stop(child: ChildProcess): Promise<number> {
  const begun = performance.now();
  const ended = new Promise((done) => child.removeAllListeners('exit').on('exit', done));
  child.kill('SIGTERM');
  await ended;
  return performance.now() - begun;
}

/** Proportional set size of a process and all it started, in megabytes. */
function memory(pid: number): number {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        return [[Number(name), Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${name}/stat`, 'utf8'))?.[1])] as const];
      } catch {
        return [];
      }
    });
  const tree = new Set([pid]);
  // The embedded server is our child's child; whoever was reparented is found by the data folder it holds.
  for (let before = 0; before !== tree.size; ) {
    before = tree.size;
    for (const [child, parent] of parents) if (tree.has(parent)) tree.add(child);
  }
  return [...tree].reduce((sum, each) => {
    try {
      return sum + Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${each}/smaps_rollup`, 'utf8'))?.[1] ?? 0) / 1024;
    } catch {
      return sum;
    }
  }, 0);
}

const bareServer = `const parts = []; process.stdin.on('data', (part) => parts.push(part)).on('end', () => {
  const body = Buffer.concat(parts);
  const server = require('node:http').createServer((_, answer) => answer.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-encoding': 'br', 'content-length': body.length }).end(body));
  server.listen(0, '127.0.0.1', () => process.stdout.write(String(server.address().port)));
})`;

/** Requests a second of 16 clients on kept connections. */
async function throughput(url: string): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const end = performance.now() + 4_000;
  let done = 0;
  const one = () =>
    new Promise<void>((ok, bad) =>
      get(url, { agent, headers: { 'accept-encoding': 'br', accept: 'text/html' } }, (answer) => answer.resume().on('end', ok)).on('error', bad),
    );
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      for (; performance.now() < end; done++) await one();
    }),
  );
  agent.destroy();
  return done / 4;
}

const fetchBytes = (url: string) =>
  new Promise<Buffer>((ok, bad) =>
    get(url, { headers: { 'accept-encoding': 'br', accept: 'text/html' } }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part)).on('end', () => ok(Buffer.concat(parts)));
    }).on('error', bad),
  );

let hub = await start();
try {
  console.log(`first start with a built product: ${(hub.ms / 1000).toFixed(1)} s (database, migrations, library and community)`);
  console.log(`stop: ${((await stop(hub.child)) / 1000).toFixed(1)} s (limit 8)`);
  hub = await start();
  console.log(`warm start: ${(hub.ms / 1000).toFixed(2)} s (limit 2)`);
  const page = `${hub.url}/library/security-assurance-framework/sim-attacks`;
  for (const [name, path] of [
    ['home, visitor', '/'],
    ['a library page, visitor', '/library/security-assurance-framework/sim-attacks'],
    ['the register, visitor', '/controls'],
  ] as const) {
    const parts = await weigh(hub.url + path);
    console.log(
      `weight of ${name}: ${(parts.reduce((sum, part) => sum + part.headers + part.body, 0) / 1024).toFixed(1)} KB in ${parts.filter((part) => part.kind !== 'icon').length} requests`,
    );
  }
  await fetchBytes(page);
  const bytes = await fetchBytes(page);
  // In a process of its own, as the hub is: the clients must not share a thread with either.
  const bare = spawn(process.execPath, ['-e', bareServer, String(bytes.length)], { stdio: ['pipe', 'pipe', 'inherit'] });
  bare.stdin!.end(bytes);
  const base = await new Promise<string>((ok) => bare.stdout!.once('data', (port: Buffer) => ok(`http://127.0.0.1:${port}/`)));
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < 3; round++) {
    theirs.push(await throughput(base));
    ours.push(await throughput(page));
  }
  bare.kill();
  const middle = (list: number[]) => list.toSorted((a, b) => a - b)[1]!;
  console.log(
    `reading a cached page: ${(middle(ours) / middle(theirs)).toFixed(2)} of a bare Node server with the same bytes (goal 0.5); ${middle(ours).toFixed(0)}/s`,
  );
  console.log(`memory idle, database included: ${memory(hub.child.pid!).toFixed(0)} MB PSS (goal 400)`);
} finally {
  await stop(hub.child);
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
