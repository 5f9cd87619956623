import { spawn } from 'node:child_process';
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { ensureDataFolder, folderFault } from '../data-folder.server.ts';
import { Fault } from '../fault.ts';
import { type Account, databaseAccount } from './account.server.ts';
import { postgresBinaries } from './binaries.server.ts';
import { isAlive, livingPostmaster, stopPostmaster } from './postmaster.server.ts';
import { postgresSettings } from './settings.ts';

/** A running database: where it listens, its process, whether it ran before we came, and how to stop it in order. */
export type Cluster = { port: number; pid: number; adopted: boolean; stop(): Promise<void> };

export type ClusterOptions = {
  /** The data folder; the database lives in its subfolder `postgres`. */
  folder: string;
  /** Name and password of the cluster's administrator; used once, when the database is created. */
  admin: { user: string; password: string };
  /** For tests only: trade the safety of what is written for speed. */
  unsafe?: boolean;
  /** For tests only: another version, by the name of its package. */
  packageName?: string;
};

const NEEDED_MEGABYTES = 150;
const SUPERUSER = 'indaba_admin';
export { SUPERUSER as ADMIN_NAME };

/**
 * Adopts the database that is already running in the folder, else creates it if needed and starts it. The caller holds the
 * folder's database lock, so there is never a second starter. Throws a Fault in one line when it cannot.
 */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const folder = join(options.folder, 'postgres');
  const log = join(options.folder, 'postgres.log');
  const account = databaseAccount();
  const living = await livingPostmaster(folder);
  if (living) return { ...living, adopted: true, stop: () => stopPostmaster(living.pid) };
  ensureDataFolder(options.folder, existsSync(folder) ? 20 : NEEDED_MEGABYTES);
  const binaries = postgresBinaries(options.packageName);
  if (!existsSync(join(folder, 'PG_VERSION'))) await createCluster(binaries, folder, account, options);
  refuseOtherMajor(binaries, folder);
  const port = await freePort();
  const pid = await launch(binaries, folder, log, account, postgresSettings(port, majorOf(binaries), options.unsafe));
  return { port, pid, adopted: false, stop: () => stopPostmaster(pid) };
}

/**
 * Runs initdb in a draft folder that is renamed when whole, so that an interruption leaves nothing behind. The folder is
 * the working directory, entered while still root, and its name is /proc/self/cwd: so it may lie below a folder that the
 * unprivileged account cannot enter. The password comes through an open, already unlinked file.
 */
async function createCluster(binaries: string, folder: string, account: Account | undefined, options: ClusterOptions): Promise<void> {
  // A name of its own: an initdb that a signal has just ended may still be clearing up in the draft of the start before.
  const draft = `${folder}.new-${process.pid}`;
  const passwordFile = join(options.folder, '.first-password');
  let handle: number | undefined;
  try {
    const left = readdirSync(options.folder).filter((name) => name.startsWith('postgres.new-'));
    for (const path of [...left.map((name) => join(options.folder, name)), folder])
      rmSync(path, { recursive: true, force: true, maxRetries: 40, retryDelay: 50 });
    mkdirSync(draft, { mode: 0o700 });
    writeFileSync(passwordFile, `${options.admin.password}\n`, { mode: 0o600 });
    if (account) for (const path of [draft, passwordFile]) chownSync(path, account.uid, account.gid);
    handle = openSync(passwordFile, 'r');
    unlinkSync(passwordFile);
    const args = [
      '-D',
      folderName(draft, account),
      '-U',
      options.admin.user,
      '-A',
      'scram-sha-256',
      '--pwfile=/dev/fd/3',
      '-E',
      'UTF8',
      ...(majorOf(binaries) >= 17 ? ['--locale-provider=builtin'] : []),
      '--locale=C.UTF-8',
      '--no-instructions',
      ...(options.unsafe ? ['--no-sync'] : []),
    ];
    const child = spawn(join(binaries, 'bin', 'initdb'), args, { cwd: draft, ...account, env: environment(), stdio: ['ignore', 'pipe', 'pipe', handle] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (said = (said + chunk).slice(-4000)));
    const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
    if (code !== 0) throw databaseFault(said, 'The database could not be created');
    renameSync(draft, folder);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw error instanceof Fault ? error : folderFault(options.folder, error);
  } finally {
    if (handle !== undefined) closeSync(handle);
    rmSync(passwordFile, { force: true });
  }
}

async function launch(binaries: string, folder: string, log: string, account: Account | undefined, settings: Record<string, string>): Promise<number> {
  // One generation of log is enough to see why it stopped; it must not fill the disk.
  if (existsSync(log) && statSync(log).size > 5_000_000) renameSync(log, `${log}.old`);
  const out = openSync(log, 'a', 0o600);
  const before = statSync(log).size;
  const args = ['-D', folderName(folder, account), ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  // Detached = a group of its own: a signal to our whole group must reach us first, who stop it last.
  const child = spawn(join(binaries, 'bin', 'postgres'), args, { cwd: folder, ...account, env: environment(), detached: true, stdio: ['ignore', out, out] });
  closeSync(out);
  const failed = new Promise<string>((resolve) => child.once('error', (error) => resolve(error.message)).once('exit', (code) => resolve(`exit ${code}`)));
  const pid = child.pid;
  if (pid === undefined) throw new Fault(`The database program could not be started: ${await failed}.`);
  child.unref();
  for (const until = Date.now() + 60_000; Date.now() < until; ) {
    const end = await Promise.race([failed, new Promise<undefined>((resolve) => setTimeout(resolve, 5))]);
    if (end !== undefined) throw databaseFault(readFileSync(log, 'utf8').slice(before), 'The database did not start', log);
    const state = await livingPostmaster(folder, 0);
    if (state?.pid === pid) return pid;
  }
  if (isAlive(pid)) await stopPostmaster(pid);
  throw new Fault(`The database did not become ready within a minute: see ${log}.`);
}

function folderName(folder: string, account: Account | undefined): string {
  return account && process.platform === 'linux' ? '/proc/self/cwd' : folder;
}

/** Nothing of our own environment, least of all PG* variables, may steer the database. */
function environment(): NodeJS.ProcessEnv {
  return { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}

function refuseOtherMajor(binaries: string, folder: string): void {
  const stored = readFileSync(join(folder, 'PG_VERSION'), 'utf8').trim();
  const ours = majorOf(binaries);
  if (stored !== String(ours))
    throw new Fault(
      `The database in ${folder} was made by PostgreSQL ${stored}, this version of Indaba brings ${ours}: restore a backup with this version, or go back to the earlier one.`,
    );
}

function majorOf(binaries: string): number {
  return Number(/postgres-(\d+)\./.exec(binaries)?.[1]);
}

function databaseFault(said: string, what: string, log?: string): Fault {
  if (/No space left on device|Disk quota exceeded/.test(said)) return new Fault('The disk is full: free some space and run the command again.');
  const reason = /(?:FATAL|PANIC|error):\s*(.+)/.exec(said)?.[1] ?? said.trim().split('\n').pop() ?? 'no reason given';
  return new Fault(`${what}: ${reason}${log ? ` (see ${log})` : ''}`);
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => probe.once('error', reject).listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
