import { stat } from 'node:fs/promises';
import path from 'node:path';
import { type Packed, ZipProblem, ZipReader } from '#platform/unzip.server.ts';
import { emptyReport, LIMITS as GITBOOK } from '../gitbook/model.ts';
import { readBytes, walkFolder } from '../gitbook/walk.server.ts';
import { type Limits, type Lines, type Reason, tell } from './model.ts';

/** An export as files by name, whether it is a folder or a ZIP. Names are relative to where `channels.json` or `users.json` lies. */
export type Archive = {
  names: Map<string, number>;
  /** The bytes of a file by its name; throws what `whyNot` puts into a word. */
  read(name: string, most: number): Promise<Buffer>;
  close(): Promise<void>;
};

const ROOTS = new Set(['users.json', 'org_users.json', 'channels.json', 'groups.json', 'dms.json', 'mpims.json']);

/** Opens a folder or a ZIP; undefined with a word for the person where it is neither. */
export async function openArchive(file: string, limits: Limits, to: Lines): Promise<Archive | { refused: 'no_file' | 'no_zip' | 'too_many' | 'damaged' }> {
  const found = await stat(file).catch(() => null);
  if (found?.isDirectory()) return rooted(await fromFolder(file, limits, to), to);
  if (!found?.isFile()) return { refused: 'no_file' };
  try {
    return rooted(await fromZip(file, limits, to), to);
  } catch (error) {
    const { problem } = error as ZipProblem;
    return { refused: problem === 'too_many' || problem === 'damaged' ? problem : 'no_zip' };
  }
}

/** The reason of a failed reading. */
export function whyNot(error: unknown): Reason {
  const { problem, message } = error as ZipProblem;
  return problem === 'too_large' || message === 'too large' ? 'too_large' : 'unreadable';
}

async function fromFolder(folder: string, limits: Limits, to: Lines): Promise<Archive> {
  const report = emptyReport();
  const tree = await walkFolder(folder, { ...GITBOOK, files: limits.entries, depth: limits.depth }, report);
  for (const { reason, what, where } of report.leftOut)
    tell(to, reason === 'too_many_pages' ? 'too_many' : (reason as Reason), path.posix.basename(what), where);
  let left = limits.unpacked;
  return {
    names: tree.files,
    async read(name, most) {
      const bytes = await readBytes(tree, name, Math.min(most, left));
      left -= bytes.length;
      return bytes;
    },
    close: async () => {},
  };
}

async function fromZip(file: string, limits: Limits, to: Lines): Promise<Archive> {
  const zip = await ZipReader.open(file, limits.entries);
  const entries = new Map<string, Packed>();
  for (const entry of zip.entries) {
    const name = entry.name.replace(/\\/g, '/');
    if (name.endsWith('/') || /(?:^|\/)(?:__MACOSX\/|\.DS_Store$)/.test(name)) continue;
    // Nothing is written anywhere; but a name that wants to climb is not one that Slack wrote.
    if (/^\/|^[a-z]:|(?:^|\/)\.\.?(?:\/|$)|\0/i.test(name)) tell(to, 'climbs_out', name, name);
    else if (name.split('/').length > limits.depth) tell(to, 'too_deep', name, name);
    else if (entries.has(name)) tell(to, 'name_twice', name, name);
    else entries.set(name, entry);
  }
  let left = limits.unpacked;
  return {
    names: new Map([...entries].map(([name, entry]) => [name, entry.size])),
    async read(name, most) {
      const entry = entries.get(name);
      if (!entry) throw new ZipProblem('damaged');
      const bytes = await zip.read(entry, Math.min(most, left));
      left -= bytes.length;
      return bytes;
    },
    close: () => zip.close(),
  };
}

/** Whoever packs the folder instead of its content puts everything one level down. */
function rooted(archive: Archive, to: Lines): Archive {
  if ([...ROOTS].some((name) => archive.names.has(name))) return archive;
  const below = [...archive.names.keys()].find((name) => ROOTS.has(name.slice(name.indexOf('/') + 1)));
  if (!below) return archive;
  const root = below.slice(0, below.indexOf('/') + 1);
  const names = new Map<string, number>();
  for (const [name, size] of archive.names) {
    if (name.startsWith(root)) names.set(name.slice(root.length), size);
    else tell(to, 'other_file', name, name);
  }
  return { ...archive, names, read: (name, most) => archive.read(root + name, most) };
}
