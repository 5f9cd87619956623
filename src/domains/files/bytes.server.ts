import {
  closeSync,
  constants,
  createReadStream,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createHash, randomUUID } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { config } from '#platform/config.server.ts';
import { folderFault } from '#platform/data-folder.server.ts';

const HASH = /^[0-9a-f]{64}$/;
const folder = (): string => join(config().data, 'files');

/** Keeps bytes under their hash, whole or not at all, and answers with the hash in hex; bytes that are there already stay as they are. */
export function keepBytes(bytes: Uint8Array): string {
  const hash = createHash('sha256').update(bytes).digest('hex');
  const path = join(folder(), hash);
  if (existsSync(path) && statSync(path).size === bytes.length) {
    // Young again: whoever clears away bytes without a row leaves alone what somebody is about to name.
    utimesSync(path, new Date(), new Date());
    return hash;
  }
  // Not the process's number: two machines that share the folder may both have the same.
  const draft = `${path}.new-${randomUUID()}`;
  try {
    mkdirSync(folder(), { recursive: true, mode: 0o700 });
    const handle = openSync(draft, 'w', 0o600);
    try {
      writeFileSync(handle, bytes);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw folderFault(folder(), error);
  }
  return hash;
}

/** Are the bytes with this hash here? */
export const haveBytes = (hash: string): boolean => HASH.test(hash) && existsSync(join(folder(), hash));

/** Where the bytes with this hash lie, if they are here. */
export const pathOfBytes = (hash: string): string => join(folder(), HASH.test(hash) ? hash : 'none');

/** The bytes with this hash as a stream, or nothing when they are not here. */
export function readBytes(hash: string): ReadableStream | undefined {
  return haveBytes(hash) ? (Readable.toWeb(createReadStream(join(folder(), hash))) as ReadableStream) : undefined;
}

/** Reads a file of somebody else's folder, unless it is a link or has outgrown `most`; nothing then. */
export async function readForeign(path: string, most: number): Promise<Buffer | undefined> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(() => undefined);
  if (!handle) return undefined;
  try {
    const found = await handle.stat();
    return found.isFile() && found.size <= most ? await handle.readFile() : undefined;
  } catch {
    return undefined;
  } finally {
    await handle.close();
  }
}

/** The hashes of bytes that have lain here since before a moment, named by a row or not. */
export function keptHashes(before: number): string[] {
  if (!existsSync(folder())) return [];
  return readdirSync(folder()).filter((name) => HASH.test(name) && statSync(join(folder(), name)).mtimeMs < before);
}

/** Removes what a process that was killed left behind before it was whole. */
export function dropDrafts(before: number): void {
  for (const name of existsSync(folder()) ? readdirSync(folder()) : [])
    if (/^[0-9a-f]{64}\.new-/.test(name) && (statSync(join(folder(), name), { throwIfNoEntry: false })?.mtimeMs ?? before) < before)
      rmSync(join(folder(), name), { force: true });
}

/** Removes bytes that no row names any more, unless somebody has come with the same ones since. */
export function dropBytes(hash: string, before: number): void {
  const path = join(folder(), hash);
  if (HASH.test(hash) && existsSync(path) && statSync(path).mtimeMs < before) rmSync(path, { force: true });
}
