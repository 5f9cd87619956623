import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../fault.ts';

/** Whether a process with this id exists, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A finished child that nobody has waited for still answers signals.
    return stateOf(pid) !== 'Z';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * The database server that is running in the folder and ready, if any. One that is still starting or recovering is waited
 * for; a note left by a dead server, or by one whose process id now belongs to something else, is removed.
 */
export async function livingPostmaster(folder: string, patience = 30_000): Promise<{ pid: number; port: number } | undefined> {
  const path = join(folder, 'postmaster.pid');
  for (const until = Date.now() + patience; ; ) {
    const lines = readLines(path);
    const pid = Math.abs(Number(lines?.[0]));
    if (!lines || !pid) return undefined;
    const port = Number(lines[3]);
    if (!isAlive(pid) || !servesFolder(pid, folder, port)) {
      if (patience > 0) rmSync(path, { force: true });
      return undefined;
    }
    const state = lines[7]?.trim();
    if (state === 'ready' && port) return { pid, port };
    if (patience === 0) return undefined;
    if (state === 'stopping') await ended(pid, 10_000);
    if (Date.now() > until) {
      await stopPostmaster(pid);
      return undefined;
    }
    await pause(20);
  }
}

/** Stops a server in order: refuse and roll back what is open, write everything, end. Falls back to crash-and-recover when that hangs. */
export async function stopPostmaster(pid: number): Promise<void> {
  for (const [signal, patience] of [
    ['SIGINT', 5_000],
    ['SIGQUIT', 2_000],
    ['SIGKILL', 2_000],
  ] as const) {
    if (!isAlive(pid)) return;
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    if (await ended(pid, patience)) return;
  }
  throw new Fault(`The database process ${pid} does not stop: end it by hand.`);
}

async function ended(pid: number, patience: number): Promise<boolean> {
  for (const until = Date.now() + patience; Date.now() < until; await pause(5)) if (!isAlive(pid)) return true;
  return !isAlive(pid);
}

/** Process ids are reused: on Linux a server is ours only if its working directory is the folder, or, where a container hides that, if its command line names the port. */
function servesFolder(pid: number, folder: string, port: number): boolean {
  if (process.platform !== 'linux') return true;
  try {
    const theirs = statSync(`/proc/${pid}/cwd`);
    const ours = statSync(folder);
    return theirs.ino === ours.ino && theirs.dev === ours.dev;
  } catch {
    const words = readLines(`/proc/${pid}/cmdline`)?.join('').split('\0') ?? [];
    return words.includes(`port=${port}`) && words[0]?.endsWith('/postgres') === true;
  }
}

function stateOf(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2)[0];
  } catch {
    return undefined;
  }
}

function readLines(path: string): string[] | undefined {
  try {
    return readFileSync(path, 'utf8').split('\n');
  } catch {
    return undefined;
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
