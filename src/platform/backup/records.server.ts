/** What stands inside the envelope: one record after another, each a line of JSON that says what it is, and the bytes that belong to it. */
import { createHash } from 'node:crypto';
import { Fault } from '../fault.ts';

export type Head =
  | { kind: 'hub'; format: 1; made_at: string; migrations: string[]; seed: string }
  | { kind: 'table'; name: string; columns: string[] }
  | { kind: 'sequence'; name: string; value: string }
  | { kind: 'file'; name: string }
  | { kind: 'key'; name: string }
  | { kind: 'end'; records: number };
/** Behind the bytes of each record: how many there were, and their hash. */
type Foot = { bytes: number; sha256: string };
export type Entry = { head: Head; body: AsyncIterable<Buffer> };

const sized = (bytes: Buffer): Buffer => {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(bytes.length);
  return Buffer.concat([size, bytes]);
};
const json = (value: unknown): Buffer => sized(Buffer.from(JSON.stringify(value)));
const END = Buffer.alloc(4);

/** Writes records as bytes. */
export async function* writeRecords(records: AsyncIterable<{ head: Head; body?: AsyncIterable<Uint8Array> }>): AsyncGenerator<Buffer> {
  let count = 0;
  for await (const { head, body } of records) {
    yield json(head);
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const part of body ?? []) {
      if (part.length === 0) continue;
      hash.update(part);
      bytes += part.length;
      yield sized(Buffer.from(part.buffer, part.byteOffset, part.length));
    }
    yield END;
    yield json({ bytes, sha256: hash.digest('hex') } satisfies Foot);
    count++;
  }
  yield json({ kind: 'end', records: count } satisfies Head);
}

/** Reads what `writeRecords` wrote; each body has to be read to its end before the next record. Throws a Fault when something does not add up. */
export async function* readRecords(source: AsyncIterable<Uint8Array>): AsyncGenerator<Entry> {
  const take = reader(source);
  const broken = () => new Fault('The backup does not say what it should: it was made by another version, or is damaged. Nothing was restored.');
  const sizedPart = async (): Promise<Buffer> => take((await take(4)).readUInt32BE());
  for (let count = 0; ; count++) {
    const head = JSON.parse((await sizedPart()).toString()) as Head;
    if (head.kind === 'end') {
      if (head.records !== count) throw broken();
      return;
    }
    let read = false;
    const body = async function* (): AsyncGenerator<Buffer> {
      const hash = createHash('sha256');
      let bytes = 0;
      for (let part = await sizedPart(); part.length > 0; part = await sizedPart()) {
        hash.update(part);
        bytes += part.length;
        yield part;
      }
      const foot = JSON.parse((await sizedPart()).toString()) as Foot;
      if (foot.bytes !== bytes || foot.sha256 !== hash.digest('hex')) throw broken();
      read = true;
    };
    const parts = body();
    yield { head, body: parts };
    if (!read) for await (const _ of parts);
  }
}

/** Gives exactly as many bytes as asked for, however they come. */
function reader(source: AsyncIterable<Uint8Array>): (size: number) => Promise<Buffer> {
  const parts = source[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);
  return async (size) => {
    while (held.length < size) {
      const { value, done } = await parts.next();
      if (done) throw new Fault('The backup is cut off: take another copy of it. Nothing was restored.');
      held = held.length ? Buffer.concat([held, value]) : Buffer.from(value.buffer, value.byteOffset, value.length);
    }
    const taken = held.subarray(0, size);
    held = held.subarray(size);
    return taken;
  };
}
