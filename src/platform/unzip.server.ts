import { type FileHandle, open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';

/** One file of an archive, as its table of contents has it; nothing of it is believed but where it lies. */
export type Packed = { name: string; at: number; packed: number; size: number; method: number; locked: boolean };
export type Problem = 'no_zip' | 'too_many' | 'too_large' | 'damaged' | 'locked' | 'method';

/** Says in one word why an archive, or a file of it, cannot be read. */
export class ZipProblem extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem);
    this.problem = problem;
  }
}

const inflate = promisify(inflateRaw);
const END = 0x0605_4b50;
const END64 = 0x0606_4b50;
const LISTED = 0x0201_4b50;
const HEAD = 0x0403_4b50;

/**
 * Reads a ZIP where it lies, file by file; never more in memory than its table of contents and one file. Writes nothing to disk, so no name in it can
 * climb anywhere. Throws ZipProblem.
 */
export class ZipReader {
  readonly entries: Packed[];
  readonly #file: FileHandle;
  private constructor(file: FileHandle, entries: Packed[]) {
    this.#file = file;
    this.entries = entries;
  }

  /** Opens an archive with at most so many files. */
  static async open(path: string, most: number): Promise<ZipReader> {
    const file = await open(path, 'r');
    try {
      return new ZipReader(file, await contents(file, most));
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** The bytes of one file, never more than `most`, whatever the archive says of its size. */
  async read(entry: Packed, most: number): Promise<Buffer> {
    if (entry.locked) throw new ZipProblem('locked');
    if (entry.size > most || entry.packed > most) throw new ZipProblem('too_large');
    const head = await piece(this.#file, entry.at, 30);
    if (head.readUInt32LE(0) !== HEAD) throw new ZipProblem('damaged');
    const packed = await piece(this.#file, entry.at + 30 + head.readUInt16LE(26) + head.readUInt16LE(28), entry.packed);
    if (entry.method === 0) return packed;
    if (entry.method !== 8) throw new ZipProblem('method');
    return inflate(packed, { maxOutputLength: Math.max(most, 1) }).catch((error: NodeJS.ErrnoException) => {
      throw new ZipProblem(error.code === 'ERR_BUFFER_TOO_LARGE' ? 'too_large' : 'damaged');
    });
  }

  async close(): Promise<void> {
    await this.#file.close().catch(() => {});
  }
}

async function piece(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await file.read(bytes, 0, length, at);
  if (bytesRead < length) throw new ZipProblem('damaged');
  return bytes;
}

const wide = (bytes: Buffer, at: number): number => Number(bytes.readBigUInt64LE(at));

async function contents(file: FileHandle, most: number): Promise<Packed[]> {
  const { size } = await file.stat();
  // The end record stands behind everything, followed by a comment of at most 64 KB.
  const start = Math.max(0, size - 22 - 0xffff);
  const tail = size < 22 ? Buffer.alloc(0) : await piece(file, start, size - start);
  const end = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  if (end < 0 || end + 22 > tail.length || tail.readUInt32LE(end) !== END) throw new ZipProblem('no_zip');
  let [count, length, at] = [tail.readUInt16LE(end + 10), tail.readUInt32LE(end + 12), tail.readUInt32LE(end + 16)];
  if (count === 0xffff || length === 0xffff_ffff || at === 0xffff_ffff) {
    // More than the old record can say: the place of the new one stands right before it.
    if (end < 20) throw new ZipProblem('damaged');
    const far = await piece(file, wide(tail, end - 20 + 8), 56);
    if (far.readUInt32LE(0) !== END64) throw new ZipProblem('damaged');
    [count, length, at] = [wide(far, 32), wide(far, 40), wide(far, 48)];
  }
  if (count > most) throw new ZipProblem('too_many');
  // A name may have 64 KB; a table of contents as long as that is no export.
  if (length > most * 1024 || at + length > size) throw new ZipProblem('damaged');
  return listed(await piece(file, at, length), count);
}

function listed(table: Buffer, count: number): Packed[] {
  const entries: Packed[] = [];
  for (let at = 0; entries.length < count; ) {
    if (at + 46 > table.length || table.readUInt32LE(at) !== LISTED) throw new ZipProblem('damaged');
    const [nameLength, extraLength, commentLength] = [table.readUInt16LE(at + 28), table.readUInt16LE(at + 30), table.readUInt16LE(at + 32)];
    const next = at + 46 + nameLength + extraLength + commentLength;
    if (next > table.length) throw new ZipProblem('damaged');
    const entry: Packed = {
      name: table.toString('utf8', at + 46, at + 46 + nameLength),
      at: table.readUInt32LE(at + 42),
      packed: table.readUInt32LE(at + 20),
      size: table.readUInt32LE(at + 24),
      method: table.readUInt16LE(at + 10),
      locked: (table.readUInt16LE(at + 8) & 1) === 1,
    };
    widen(entry, table.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength));
    entries.push(entry);
    at = next;
  }
  return entries;
}

/** Numbers that need more than 32 bits stand in a field of their own, in this order. */
function widen(entry: Packed, extra: Buffer): void {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    const field = extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2));
    let from = 0;
    for (const key of ['size', 'packed', 'at'] as const) {
      if (entry[key] !== 0xffff_ffff || from + 8 > field.length) continue;
      entry[key] = wide(field, from);
      from += 8;
    }
  }
}
