/**
 * The envelope of a backup: everything behind the first line is sealed with a key made from a passphrase, piece by piece, so that a file of
 * any size passes through in little memory. A piece that was changed, moved, left off or added is refused; nothing can be read without the passphrase.
 */
import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto';
import { Fault } from '../fault.ts';

const MAGIC = Buffer.from('INDABA BACKUP 1\n');
const PIECE = 65_536;
const TAG = 16;
// 128 MB and about half a second for each guess at the passphrase.
const COST = { N: 131_072, r: 8, p: 1, maxmem: 256 * 1024 * 1024 };

const keyOf = (passphrase: string, salt: Buffer): Buffer => scryptSync(passphrase.normalize('NFC'), salt, 32, COST);

/** The number of the piece, and whether it is the last: pieces cannot change places, and a file that was cut off has no last one. */
function nonce(number: number, last: boolean): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt8(last ? 1 : 0, 0);
  bytes.writeUIntBE(number, 6, 6);
  return bytes;
}

/** Seals what comes; the salt is new for every file, so a nonce is never used twice with one key. */
export async function* seal(source: AsyncIterable<Uint8Array>, passphrase: string): AsyncGenerator<Buffer> {
  const salt = randomBytes(16);
  const key = keyOf(passphrase, salt);
  yield Buffer.concat([MAGIC, salt]);
  let held: Buffer = Buffer.alloc(0);
  let number = 0;
  const piece = (plain: Buffer, last: boolean): Buffer => {
    const cipher = createCipheriv('aes-256-gcm', key, nonce(number++, last));
    return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  };
  for await (const bytes of source) {
    held = Buffer.concat([held, bytes]);
    while (held.length > PIECE) {
      yield piece(held.subarray(0, PIECE), false);
      held = held.subarray(PIECE);
    }
  }
  yield piece(held, true);
}

/** Opens what `seal` made. Throws a Fault when it is no backup, the passphrase is another, or the file was damaged or cut off. */
export async function* unseal(source: AsyncIterable<Uint8Array>, passphrase: string): AsyncGenerator<Buffer> {
  let held: Buffer = Buffer.alloc(0);
  let key: Buffer | undefined;
  let number = 0;
  const open = (sealed: Buffer, last: boolean): Buffer => {
    if (sealed.length < TAG) throw new Fault('The backup is cut off: take another copy of it. Nothing was restored.');
    try {
      const decipher = createDecipheriv('aes-256-gcm', key as Buffer, nonce(number, last));
      decipher.setAuthTag(sealed.subarray(-TAG));
      const plain = Buffer.concat([decipher.update(sealed.subarray(0, -TAG)), decipher.final()]);
      number++;
      return plain;
    } catch (error) {
      const why =
        number === 0
          ? 'The backup cannot be opened: the passphrase is another one, or the file was changed.'
          : 'The backup was changed or cut off on its way: take another copy of it.';
      throw new Fault(`${why} Nothing was restored.`, { cause: error });
    }
  };
  for await (const bytes of source) {
    held = Buffer.concat([held, bytes]);
    if (!key) {
      if (held.length < MAGIC.length + 16) continue;
      if (!held.subarray(0, MAGIC.length).equals(MAGIC)) throw new Fault('This file is no backup of Indaba, or of a version that is not known here.');
      key = keyOf(passphrase, held.subarray(MAGIC.length, MAGIC.length + 16));
      held = held.subarray(MAGIC.length + 16);
    }
    // One byte more than a whole piece: then it cannot be the last one.
    while (held.length > PIECE + TAG) {
      yield open(held.subarray(0, PIECE + TAG), false);
      held = held.subarray(PIECE + TAG);
    }
  }
  if (!key) throw new Fault('This file is no backup of Indaba, or of a version that is not known here.');
  yield open(held, true);
}
