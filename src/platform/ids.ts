import { createHash, randomBytes, randomUUID } from 'node:crypto';

/** A new UUIDv7: ordered by time, with 74 random bits, so that it cannot be guessed. */
export function newId(now = Date.now()): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(now, 0, 6);
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** An id that tells nothing, not even its time: for what a hidden source writes. */
export function randomId(): string {
  return randomUUID();
}

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** Short ids of blocks and controls: letters that cannot be misread. */
export function shortId(length = 8, bytes: Uint8Array = randomBytes(length)): string {
  return Array.from({ length }, (_, i) => alphabet[bytes[i]! & 31]).join('');
}

/** The same person and retry key always make the same id, so that a form sent twice makes one thing. */
export function keyedId(kind: string, member: string, key: string): string {
  const hex = createHash('sha256').update(`${kind} ${member} ${key}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
