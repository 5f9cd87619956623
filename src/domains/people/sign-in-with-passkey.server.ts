import type { AuthenticationResponseJSON } from '@simplewebauthn/server';
import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { enter, type Entered } from './enter.server.ts';
import type { Device } from './open-session.server.ts';
import { checkPasskey } from './passkey.server.ts';
import { macOf } from './sign-in-key.server.ts';

type Answer = { ceremony: string; response: AuthenticationResponseJSON };

/** Whose passkey answered, its counter remembered; undefined when it did not hold (a value, so that the challenge stays used). */
export async function usePasskey(tx: Tx, input: Answer): Promise<string | undefined> {
  const checked = await checkPasskey(tx, input);
  if (!checked) return undefined;
  const { passkeyId, memberId, counter } = checked;
  await sql`select app.passkey_used(${passkeyId}, ${counter}, ${macOf(`passkey-used:${passkeyId}:${counter}`)})`.execute(tx);
  return memberId;
}

/** Signs in whoever's passkey answered, or says what more their organization asks; undefined when it did not hold. */
export async function signInWithPasskey(tx: Tx, input: Answer & { device: Device }): Promise<Entered | undefined> {
  const memberId = await usePasskey(tx, input);
  return memberId === undefined ? undefined : enter(tx, { memberId, proof: 'passkey', device: input.device });
}
