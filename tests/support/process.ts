import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { stopPostmaster, livingPostmaster } from '#platform/embedded/postmaster.server.ts';

const ROOT = resolve(import.meta.dirname, '../..');

export type Ended = { code: number | null; stdout: string; stderr: string; milliseconds: number };
/** A real `bin/indaba` in a process group of its own. */
export type Running = {
  child: ChildProcess;
  pid: number;
  /** Resolves with the announced address once it is ready; rejects when the process ends before. */
  ready: Promise<string>;
  ended: Promise<Ended>;
};

/** A small disk of one's own; undefined when this process may not mount one. */
export function smallDisk(megabytes: number, ...options: string[]): string | undefined {
  const folder = temporaryFolder();
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', [`size=${megabytes}m`, 'mode=0755', ...options].join(), 'tmpfs', folder]);
  if (status !== 0) return undefined;
  mounts.push(folder);
  return folder;
}

type Environment = Record<string, string | undefined>;

const folders: string[] = [];
const mounts: string[] = [];
const running = new Set<Running>();

/** In memory where there is plenty of it: making and stopping a database waits for the disk most of its time, and what is killed here is processes, never the machine. */
export function quickRoom(): string {
  try {
    const { bavail, bsize } = statfsSync('/dev/shm');
    return bavail * bsize > 4e9 ? '/dev/shm' : tmpdir();
  } catch {
    return tmpdir();
  }
}

/** A fresh folder that `cleanUp` removes. */
export function temporaryFolder(parent = quickRoom()): string {
  const folder = mkdtempSync(join(parent, 'indaba-fault-'));
  folders.push(folder);
  return folder;
}

/** What a web process beside others needs to share the database of a test, and the keys in `folder`. */
export const nodeOf = (db: { owner: string; web: string; worker: string; stream: string }, folder: string): Environment => ({
  DATABASE_URL: db.owner,
  INDABA_WEB_URL: db.web,
  INDABA_WORKER_URL: db.worker,
  INDABA_STREAM_URL: db.stream,
  INDABA_LISTEN_URL: db.stream,
  INDABA_KEYS: `${folder}/keys`,
});

/** Starts `bin/indaba` (of another checkout with `root`) with its own data folder, any free port and an empty hub unless told otherwise; nothing of the test's database settings leaks in. */
export function indaba(args: string[], environment: Environment = {}, root = ROOT): Running {
  const env: Environment = { ...process.env, PORT: '0', INDABA_SEED: 'empty', ...environment };
  for (const name of ['DATABASE_URL', 'INDABA_URL', 'INDABA_WEB_URL', 'INDABA_WORKER_URL', 'INDABA_STREAM_URL', 'INDABA_LISTEN_URL', 'INDABA_KEYS'])
    if (!(name in environment)) delete env[name];
  const started = Date.now();
  const child = spawn(process.execPath, [join(root, 'bin/indaba'), ...args], { cwd: root, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  const ready = Promise.withResolvers<string>();
  ready.promise.catch(() => {});
  child.stdout?.on('data', (chunk) => {
    stdout += chunk;
    const address = /^Indaba is ready at (\S+)$/m.exec(stdout)?.[1];
    if (address) ready.resolve(address);
  });
  child.stderr?.on('data', (chunk) => (stderr += chunk));
  const ended = new Promise<Ended>((done) => child.once('close', (code) => done({ code, stdout, stderr, milliseconds: Date.now() - started })));
  const self: Running = { child, pid: child.pid ?? 0, ready: ready.promise, ended };
  running.add(self);
  void ended.then(() => {
    running.delete(self);
    ready.reject(new Error(`ended before it was ready: ${stderr || stdout}`));
  });
  return self;
}

/** Ends what is still running, the databases left behind included, and removes the folders. */
export async function cleanUp(): Promise<void> {
  for (const each of running) each.child.kill('SIGKILL');
  await Promise.all([...running].map((each) => each.ended));
  for (const folder of folders.splice(0)) {
    const living = await livingPostmaster(join(folder, 'postgres'), 2_000);
    if (living) await stopPostmaster(living.pid);
    if (mounts.includes(folder)) spawnSync('umount', ['-l', folder]);
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}
