import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Fault } from './fault.ts';

const MEGABYTE = 1024 * 1024;

/** Makes the data folder (0700) if it is absent and proves that it can be written; throws a Fault when it cannot or when the disk is full. */
export function ensureDataFolder(folder: string, neededMegabytes = 0): void {
  const probe = join(folder, `.probe-${process.pid}`);
  try {
    makeFolder(folder);
    writeFileSync(probe, 'x', { mode: 0o600 });
    rmSync(probe);
  } catch (error) {
    try {
      // A full disk makes the file and then refuses its content.
      rmSync(probe, { force: true });
    } catch {}
    throw folderFault(folder, error);
  }
  const disk = statfsSync(folder);
  const free = Math.floor((disk.bavail * disk.bsize) / MEGABYTE);
  if (free < neededMegabytes)
    throw new Fault(
      `The disk that holds ${folder} is full: ${free} MB are free, ${neededMegabytes} MB are needed. Free some space or point INDABA_DATA elsewhere.`,
    );
}

/** Level by level: Node's own recursive way never ends where a parent is there and takes nothing, as below /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  mkdirSync(folder, { mode: 0o700 });
}

/** Turns what the file system said about the data folder into one clear line. */
export function folderFault(folder: string, error: unknown): Fault {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new Fault(`The disk that holds ${folder} is full: free some space or point INDABA_DATA elsewhere.`, { cause: error });
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return new Fault(`The data folder ${folder} cannot be written by this user: change its owner or point INDABA_DATA elsewhere.`, { cause: error });
  if (code === 'ENOTDIR' || code === 'EEXIST') return new Fault(`INDABA_DATA points to ${folder}, which is not a folder: point it to one.`, { cause: error });
  return new Fault(`The data folder ${folder} cannot be used (${code ?? (error as Error).message}).`, { cause: error });
}

/** Writes a secret whole or not at all (0600, renamed into place, on disk when it returns). */
export function writeSecret(path: string, value: unknown): void {
  const draft = `${path}.new-${process.pid}`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const handle = openSync(draft, 'w', 0o600);
    try {
      writeFileSync(handle, `${JSON.stringify(value, null, '\t')}\n`);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw folderFault(dirname(path), error);
  }
}

/** Reads what `writeSecret` wrote; undefined when there is none, a Fault when it cannot be read. */
export function readSecret<T>(path: string): T | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    if (error instanceof SyntaxError) throw new Fault(`The file ${path} is damaged: bring it back from a backup.`, { cause: error });
    throw folderFault(dirname(path), error);
  }
}
