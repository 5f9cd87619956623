import { closeSync, constants, createReadStream, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
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
  if (existsSync(path) && statSync(path).size === bytes.length) return hash;
  const draft = `${path}.new-${process.pid}`;
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
