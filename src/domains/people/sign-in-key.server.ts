import { createHash, createHmac } from 'node:crypto';
import { type RawBuilder, sql } from 'kysely';
import { asOwner, connectOnce } from '#platform/database/connect.server.ts';
import { Fault } from '#platform/fault.ts';
import { currentKey, type KeyVersion, keyVersions } from '#platform/keys.server.ts';

// Derived, so that what the database holds is not the key file and cannot be used for anything else.
function secretOf({ key }: Pick<KeyVersion, 'key'>): Buffer {
  return createHmac('sha256', Buffer.from(key, 'base64url')).update('indaba sign-in').digest();
}
const signInSecret = () => secretOf(currentKey('session'));

/** Says something to the database as the process that holds the key; app.checked() compares. Nested as HMAC is, because PostgreSQL has no hmac of its own. */
export function macOf(message: string): Buffer {
  const secret = signInSecret();
  const inner = createHash('sha256').update(secret).update(message, 'utf8').digest();
  return createHash('sha256').update(secret).update(inner).digest();
}

/** A name for a rate bucket that tells nobody whose it is. */
function bucketOf(...parts: string[]): string {
  return createHmac('sha256', signInSecret()).update(parts.join('\0')).digest('base64url');
}

/** Counts a try in the bucket of these parts, as SQL: false when more than `most` were made in so many seconds. Said with the key, so that a statement put into a request fills no bucket of others. */
export function taking(parts: string[], most: number, seconds: number): RawBuilder<boolean> {
  const bucket = bucketOf(...parts);
  return sql<boolean>`app.take_said(${bucket}, ${most}, ${seconds}, ${macOf(`take:${bucket}:${most}:${seconds}`)})`;
}

const PURPOSES = "purpose = 'sign-in' or purpose like 'sign-in:%'";

/** Tells the database, as its owner, which versions of the key it takes from processes: these and no others. The first is the present one. */
export async function acceptSignInKeys(ownerUrl: string, versions: Pick<KeyVersion, 'key' | 'version'>[]): Promise<void> {
  const client = await connectOnce(asOwner(ownerUrl));
  try {
    await client.query('begin');
    await client.query(`delete from sealed.keys where ${PURPOSES}`);
    for (const [n, each] of versions.entries())
      await client.query('insert into sealed.keys (purpose, secret) values ($1, $2)', [n === 0 ? 'sign-in' : `sign-in:${each.version}`, secretOf(each)]);
    await client.query('commit');
  } finally {
    await client.end();
  }
}

/**
 * Gives the database the sign-in keys of this node, after migrations; changes nothing when it takes the present one. Where it holds others, they are
 * replaced only by the process that runs the hub (`replace`); elsewhere it is a Fault: the nodes do not hold the same keys.
 */
export async function ensureSignInKey(ownerUrl: string, options: { replace?: boolean } = {}): Promise<void> {
  const client = await connectOnce(asOwner(ownerUrl));
  let taken: Buffer[];
  try {
    taken = (await client.query<{ secret: Buffer }>(`select secret from sealed.keys where ${PURPOSES}`)).rows.map(({ secret }) => secret);
  } finally {
    await client.end();
  }
  const present = signInSecret();
  if (taken.some((secret) => secret.equals(present))) return;
  if (taken.length && !options.replace) throw new Fault('The keys of this node are not those of the hub: give all nodes the same folder INDABA_KEYS.');
  await acceptSignInKeys(ownerUrl, keyVersions('session'));
}
