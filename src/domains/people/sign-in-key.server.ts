import { createHash, createHmac } from 'node:crypto';
import { asOwner, connectOnce } from '#platform/database/connect.server.ts';
import { Fault } from '#platform/fault.ts';
import { currentKey } from '#platform/keys.server.ts';

// Derived, so that what the database holds is not the key file and cannot be used for anything else.
function signInSecret(): Buffer {
  return createHmac('sha256', Buffer.from(currentKey('session').key, 'base64url'))
    .update('indaba sign-in')
    .digest();
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

/**
 * Gives the database the current sign-in key, as its owner, after migrations; changes nothing when it is there. Another key in its place is
 * replaced only by the process that runs the hub (`replace`, after a rotation); elsewhere it is a Fault: the nodes do not hold the same keys.
 */
export async function ensureSignInKey(ownerUrl: string, options: { replace?: boolean } = {}): Promise<void> {
  const client = await connectOnce(asOwner(ownerUrl));
  try {
    const { rows } = await client.query<{ secret: Buffer }>("select secret from sealed.keys where purpose = 'sign-in'");
    const present = rows[0]?.secret;
    if (present?.equals(signInSecret())) return;
    if (present && !options.replace) throw new Fault('The keys of this node are not those of the hub: give all nodes the same folder INDABA_KEYS.');
    await client.query("insert into sealed.keys (purpose, secret) values ('sign-in', $1) on conflict (purpose) do update set secret = excluded.secret", [
      signInSecret(),
    ]);
  } finally {
    await client.end();
  }
}
