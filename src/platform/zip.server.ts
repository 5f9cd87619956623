import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { crc32, createDeflateRaw } from 'node:zlib';

export type ZipEntry = { name: string; size: number; sha256: string };

const MOST = 0xffff_fffe;

/** Writes a ZIP into a file, entry after entry, without ever holding more than a piece of one. No entry and no file beyond 4 GB. */
export class ZipFile {
  readonly entries: ZipEntry[] = [];
  readonly #file: FileHandle;
  readonly #directory: Buffer[] = [];
  #at = 0;
  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Starts a new file, readable by its owner only; one that is there is written over. */
  static async create(path: string): Promise<ZipFile> {
    return new ZipFile(await open(path, 'w', 0o600));
  }

  /** Adds an entry from pieces of text or bytes. */
  async add(name: string, pieces: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>): Promise<ZipEntry> {
    const start = this.#at;
    const path = Buffer.from(name);
    // Its numbers are known only at the end, and then written over.
    await this.#write(Buffer.concat([head(path, 0, 0, 0), path]));
    const [hash, deflate] = [createHash('sha256'), createDeflateRaw()];
    let [crc, size] = [0, 0];
    const written = (async () => {
      for await (const packed of deflate) await this.#write(packed as Buffer);
    })();
    // A failed write shows when it is awaited below; meanwhile it is nobody's unhandled rejection.
    written.catch(() => {});
    try {
      for await (const piece of pieces) {
        const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece;
        crc = crc32(bytes, crc);
        size += bytes.length;
        hash.update(bytes);
        if (!deflate.write(bytes)) await new Promise((drained) => deflate.once('drain', drained));
      }
    } finally {
      deflate.end();
    }
    await written;
    const packed = this.#at - start - 30 - path.length;
    if (size > MOST || this.#at > MOST) throw new Error('a ZIP beyond 4 GB');
    const numbers = head(path, crc, packed, size);
    await this.#file.write(numbers, 0, numbers.length, start);
    this.#directory.push(listed(numbers, path, start));
    const entry = { name, size, sha256: hash.digest('hex') };
    this.entries.push(entry);
    return entry;
  }

  /** Ends the file; its size in bytes. */
  async end(): Promise<number> {
    const start = this.#at;
    for (const each of this.#directory) await this.#write(each);
    const end = Buffer.alloc(22);
    end.writeUInt32LE(0x0605_4b50, 0);
    end.writeUInt16LE(this.#directory.length, 8);
    end.writeUInt16LE(this.#directory.length, 10);
    end.writeUInt32LE(this.#at - start, 12);
    end.writeUInt32LE(start, 16);
    await this.#write(end);
    await this.#file.sync();
    await this.#file.close();
    return this.#at;
  }

  /** Lets go of a file that will not be ended. */
  async abandon(): Promise<void> {
    await this.#file.close().catch(() => {});
  }

  async #write(bytes: Buffer): Promise<void> {
    const at = this.#at;
    this.#at += bytes.length;
    await this.#file.write(bytes, 0, bytes.length, at);
  }
}

// The moment of every entry is the same, so that the same content makes the same bytes: 1 January 2026.
const DAY = ((2026 - 1980) << 9) | (1 << 5) | 1;

function head(path: Buffer, crc: number, packed: number, size: number): Buffer {
  const bytes = Buffer.alloc(30);
  bytes.writeUInt32LE(0x0403_4b50, 0);
  bytes.writeUInt16LE(20, 4);
  // Names are UTF-8.
  bytes.writeUInt16LE(0x800, 6);
  bytes.writeUInt16LE(8, 8);
  bytes.writeUInt16LE(DAY, 12);
  bytes.writeUInt32LE(crc, 14);
  bytes.writeUInt32LE(Math.min(packed, MOST), 18);
  bytes.writeUInt32LE(Math.min(size, MOST), 22);
  bytes.writeUInt16LE(path.length, 26);
  return bytes;
}

function listed(numbers: Buffer, path: Buffer, start: number): Buffer {
  const bytes = Buffer.alloc(46);
  bytes.writeUInt32LE(0x0201_4b50, 0);
  bytes.writeUInt16LE(20, 4);
  numbers.copy(bytes, 6, 4, 30);
  bytes.writeUInt32LE(start, 42);
  return Buffer.concat([bytes, path]);
}
