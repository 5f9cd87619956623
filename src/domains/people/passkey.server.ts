import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type AuthenticationResponseJSON,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
} from '@simplewebauthn/server';
import { sql } from 'kysely';
import { isIP } from 'node:net';
import { config } from '#platform/config.server.ts';
import { hubName } from '#platform/settings/values.server.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';

export type NewPasskey = { credentialId: string; publicKey: Uint8Array; counter: number; transports: string[]; name: string };
export type Begun<Options> = { ceremony: string; options: Options };

const relyingParty = () => new URL(config().url).hostname.replace(/^\[|\]$/g, '');

/** Passkeys are bound to a name: a hub reached by a bare IP address cannot offer them. */
export function passkeysOffered(): boolean {
  return isIP(relyingParty()) === 0;
}

async function keep(tx: Tx, challenge: string): Promise<string> {
  const ceremony = newId();
  await sql`select app.start_ceremony(${ceremony}, ${challenge})`.execute(tx);
  return ceremony;
}

async function take(tx: Tx, ceremony: string): Promise<string | undefined> {
  const { rows } = await sql<{ challenge: string | null }>`select app.finish_ceremony(${ceremony}) as challenge`.execute(tx);
  return rows[0]?.challenge ?? undefined;
}

/** Asks the browser for any passkey of this hub; no address is typed. */
export async function beginPasskeySignIn(tx: Tx): Promise<Begun<PublicKeyCredentialRequestOptionsJSON>> {
  const options = await generateAuthenticationOptions({ rpID: relyingParty(), userVerification: 'required', allowCredentials: [] });
  return { ceremony: await keep(tx, options.challenge), options };
}

type Known = { passkey_id: string; member_id: string; public_key: Buffer; counter: string; transports: string[] };

/** Who answered the challenge, or undefined; the challenge is used up either way, hence a value and not a throw. */
export async function checkPasskey(
  tx: Tx,
  input: { ceremony: string; response: AuthenticationResponseJSON },
): Promise<{ passkeyId: string; memberId: string; counter: number } | undefined> {
  const challenge = await take(tx, input.ceremony);
  const found = await sql<Known>`select * from app.find_passkey(${input.response.id})`.execute(tx);
  const known = found.rows[0];
  if (!challenge || !known) return undefined;
  const checked = await verifyAuthenticationResponse({
    response: input.response,
    expectedChallenge: challenge,
    expectedOrigin: config().url,
    expectedRPID: relyingParty(),
    requireUserVerification: true,
    credential: { id: input.response.id, publicKey: new Uint8Array(known.public_key), counter: Number(known.counter) },
  }).catch(() => undefined);
  return checked?.verified ? { passkeyId: known.passkey_id, memberId: known.member_id, counter: checked.authenticationInfo.newCounter } : undefined;
}

/** Asks the browser to make a passkey for this member. The member's id travels with the challenge, because somebody who joins has no row yet. */
export async function beginNewPasskey(
  tx: Tx,
  input: { memberId: string; email: string; name: string; has: string[] },
): Promise<Begun<PublicKeyCredentialCreationOptionsJSON>> {
  const options = await generateRegistrationOptions({
    rpName: hubName(),
    rpID: relyingParty(),
    userID: new Uint8Array(Buffer.from(input.memberId.replaceAll('-', ''), 'hex')),
    userName: input.email,
    userDisplayName: input.name,
    attestationType: 'none',
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    excludeCredentials: input.has.map((id) => ({ id })),
  });
  return { ceremony: await keep(tx, `${options.challenge} ${input.memberId}`), options };
}

/** The passkey that the browser made and the member it is for, or undefined; the challenge is used up either way. */
export async function checkNewPasskey(
  tx: Tx,
  input: { ceremony: string; response: RegistrationResponseJSON; name: string },
): Promise<(NewPasskey & { memberId: string }) | undefined> {
  const [challenge, memberId] = (await take(tx, input.ceremony))?.split(' ') ?? [];
  if (!challenge || !memberId) return undefined;
  const checked = await verifyRegistrationResponse({
    response: input.response,
    expectedChallenge: challenge,
    expectedOrigin: config().url,
    expectedRPID: relyingParty(),
    requireUserVerification: true,
  }).catch(() => undefined);
  if (!checked?.verified) return undefined;
  const { id, publicKey, counter, transports = [] } = checked.registrationInfo.credential;
  return { memberId, credentialId: id, publicKey, counter, transports, name: input.name };
}
