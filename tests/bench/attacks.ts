/**
 * Others are served while somebody floods: how long their pages take under each attack, beside the same pages in calm. `node tests/bench/attacks.ts`
 * starts a hub in a folder of its own (build/ has to match the sources); the attackers are a process of their own, so that what is measured is the hub.
 */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const SECONDS = Number(process.env.SECONDS ?? 6);
const root = resolve(import.meta.dirname, '../..');

/** What is done to the hub, by how many at a time. Each line is opened again as soon as the hub hangs up. */
const attacks: Record<string, { lines: number; what: string; run: (line: Socket, again: () => void) => void }> = {
  'slow-body': {
    lines: 500,
    what: '500 forms that arrive a byte in a tenth of a second',
    run: (line, again) => {
      line.write('POST /signin?/password HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 20000\r\n\r\n');
      const drip = setInterval(() => line.write('a'), 100);
      line.on('close', () => {
        clearInterval(drip);
        again();
      });
    },
  },
  'huge-header': {
    lines: 40,
    what: 'heads of 64 KB, one after another on 40 lines',
    run: (line, again) => {
      line.write(`GET / HTTP/1.1\r\nhost: localhost\r\n${'x-y: '.padEnd(1_000, 'z')}\r\n`.padEnd(64_000, 'x-y: zzzzzzzz\r\n'));
      line.on('close', again);
    },
  },
  'many-connections': {
    lines: 3_000,
    what: '3,000 lines held open that say nothing',
    run: (line, again) => void line.on('close', () => setTimeout(again, 50)),
  },
  malformed: {
    lines: 40,
    what: 'what is no request, one after another on 40 lines',
    run: (line, again) => {
      line.write(`\u0016\u0003\u0001 GE\u0000T / HTTP/9\r\n:${'\u0001'.repeat(200)}\r\n\r\n`);
      line.on('close', again);
    },
  },
};

/** The attacker: a process that does nothing else until it is ended. */
function attack(port: number, name: string): void {
  const { lines, run } = attacks[name]!;
  const open = (): void => {
    const line = connect(port, '127.0.0.1');
    line.on('error', () => {});
    line.resume();
    run(line, open);
  };
  // Not all in one moment: the reply to that would be the system's, not the hub's.
  for (let n = 0; n < lines; n++) setTimeout(open, (n / lines) * 1_000);
}

async function startHub(folder: string): Promise<{ child: ChildProcess; url: string }> {
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
  return { child, url: await promise };
}

/** Four readers, each asking again 20 ms after it was answered; pages that are made, not kept ones. Milliseconds of each answer, sorted, and how many failed. */
async function readers(url: string): Promise<{ times: number[]; failed: number }> {
  const times: number[] = [];
  let failed = 0;
  const end = performance.now() + SECONDS * 1_000;
  const reader = async (who: number) => {
    for (let n = 0; performance.now() < end; n++) {
      const began = performance.now();
      const ok = await fetch(`${url}/library?reader=${who}-${n}`, { signal: AbortSignal.timeout(20_000) }).then(
        async (answer) => (await answer.text()) && answer.ok,
        () => false,
      );
      times.push(performance.now() - began);
      if (!ok) failed++;
      await new Promise((later) => setTimeout(later, 20));
    }
  };
  await Promise.all([0, 1, 2, 3].map(reader));
  return { times: times.sort((a, b) => a - b), failed };
}

const at = (times: number[], share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN;

async function measure(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'indaba-bench-'));
  const { child, url } = await startHub(folder);
  try {
    await readers(url);
    for (const [each, { what }] of Object.entries(attacks)) {
      const calm = await readers(url);
      const attacker = fork(import.meta.filename, ['attack', new URL(url).port, each]);
      await new Promise((later) => setTimeout(later, 1_500));
      const under = await readers(url);
      attacker.kill('SIGKILL');
      await new Promise((later) => setTimeout(later, 1_000));
      const ratio = (share: number) => (at(under.times, share) / at(calm.times, share)).toFixed(2);
      console.log(
        `  ${each.padEnd(17)} p99 ${ratio(0.99)} x calm (${at(under.times, 0.99).toFixed(0)} ms, ${at(calm.times, 0.99).toFixed(0)} ms), p50 ${ratio(0.5)} x; ${under.times.length} pages against ${calm.times.length}, ${under.failed} failed. ${what}`,
      );
    }
  } finally {
    const ended = new Promise((done) => child.removeAllListeners('exit').on('exit', done));
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

const [mode, port, name] = process.argv.slice(2);
if (mode === 'attack') attack(Number(port), name!);
else await measure();
