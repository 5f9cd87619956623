import { createHash, createHmac } from 'node:crypto';
import { asOwner, connectOnce } from '#platform/database/connect.server.ts';
import { currentKey } from '#platform/keys.server.ts';

// Derived, so that what the database holds is not the key file and cannot be used for anything else.
function signInSecret(): Buffer {
  return createHmac('sha256', Buffer.from(currentKey('session').key, 'base64url')).update('indaba sign-in').digest();
}

/** Says something to the database as the process that holds the key; app.checked() compares. Nested as HMAC is, because PostgreSQL has no hmac of its own. */
export function macOf(message: string): Buffer {
  const secret = signInSecret();
  const inner = createHash('sha256').update(secret).update(message, 'utf8').digest();
  return createHash('sha256').update(secret).update(inner).digest();
}

/** A name for a rate bucket that tells nobody whose it is. */
export function bucketOf(...parts: string[]): string {
  return createHmac('sha256', signInSecret()).update(parts.join('\0')).digest('base64url');
}

/** Gives the database the current sign-in key, as its owner; run after migrations on every start, changes nothing when it is there. */
export async function ensureSignInKey(ownerUrl: string): Promise<void> {
  const client = await connectOnce(asOwner(ownerUrl));
  try {
    await client.query(
      `insert into sealed.keys as k (purpose, secret) values ('sign-in', $1)
       on conflict (purpose) do update set secret = excluded.secret where k.secret is distinct from excluded.secret`,
      [signInSecret()],
    );
  } finally {
    await client.end();
  }
}
