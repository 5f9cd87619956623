import { createHash, randomBytes } from 'node:crypto';

/** A new cookie, bearer or link secret: 32 random bytes. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** What the opener passes for a cookie or bearer secret: it opens nothing outside SQL. */
export function keyOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** What stands in the database for a key, as app.session_hash() computes it. */
export function storedHash(key: string): Buffer {
  return createHash('sha256').update(key, 'utf8').digest();
}
