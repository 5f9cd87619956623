import { createHmac } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { currentKey, keyVersion } from '#platform/keys.server.ts';

// OWASP's first choice for argon2id; about 50 ms on a small server.
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

function pepper(key: string): Buffer {
  return createHmac('sha256', Buffer.from(key, 'base64url')).update('indaba password').digest();
}

/** The stored form of a password: argon2id, keyed with a secret outside the database; the version of that key stands in front, so that it can be rotated. */
export async function hashPassword(password: string): Promise<string> {
  const { version, key } = currentKey('session');
  return `${version}:${await hash(password.normalize('NFKC'), { ...cost, secret: pepper(key) })}`;
}

let decoy: Promise<string> | undefined;

/** Is this the password? Without a stored hash (unknown address, passkey only) it does the same work and says no. */
export async function verifyPassword(password: string, stored: string | null | undefined): Promise<boolean> {
  decoy ??= hashPassword('nobody has this password');
  const [, version = '', phc = ''] = /^(\d+):(.*)$/.exec(stored ?? (await decoy)) ?? [];
  const known = keyVersion('session', Number(version)) ?? currentKey('session');
  const right = await verify(phc, password.normalize('NFKC'), { secret: pepper(known.key) }).catch(() => false);
  return right && stored != null;
}

/** Was this hash made with an older key? Then the next good sign-in makes it anew. */
export function isStale(stored: string): boolean {
  return !stored.startsWith(`${currentKey('session').version}:`);
}
