import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';

/** The form in which PostgreSQL stores a password, made here so that the password itself never stands in a statement or a log. */
export function scramVerifier(password: string, salt = randomBytes(16), iterations = 4096): string {
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const sign = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const stored = createHash('sha256').update(sign(salted, 'Client Key')).digest('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${stored}:${sign(salted, 'Server Key').toString('base64')}`;
}

/** A fresh password that needs no escaping in an address. */
export function newPassword(): string {
  return randomBytes(24).toString('base64url');
}
