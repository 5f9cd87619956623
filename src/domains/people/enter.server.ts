import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';
import { type Device, openSession, type Proof } from './open-session.server.ts';
import { keyOf, newSecret, storedHash } from './secrets.server.ts';
import { macOf } from './sign-in-key.server.ts';

/** `session`: in. `half`: more is asked; its secret opens nothing but the page that asks. `passkey`: only the passkey they have will do. */
export type Entered = { session: string } | { half: string } | { passkey: true };
export type Half = {
  member_id: string;
  how: 'password' | 'password+code' | 'passkey';
  needs: 'code' | 'set_factor' | 'set_passkey' | 'passkey' | 'sso' | null;
  email: string;
  name: string;
};

/** Lets a member in whose credential this process has checked, or says what more the database asks of them. Refuses with people.sign_in.refused, people.sso.other_needed. */
export async function enter(tx: Tx, input: { memberId: string; proof: Proof; device: Device }): Promise<Entered> {
  const { memberId, proof } = input;
  const half = newSecret();
  const hash = storedHash(keyOf(half));
  const { rows } = await sql<{ needs: Half['needs'] }>`
    select app.ask_more(${memberId}, ${proof}, ${hash}, ${macOf(`ask-more:${memberId}:${proof}:${hash.toString('hex')}`)}) as needs`.execute(tx);
  const needs = rows[0]?.needs;
  if (!needs) return { session: await openSession(tx, input) };
  if (needs === 'sso' && proof.startsWith('sso:')) throw new Refusal('people.sso.other_needed', { status: 403 });
  return needs === 'passkey' ? { passkey: true } : { half };
}

/** Who is half signed in with this secret, and what is asked of them; undefined when its ten minutes or five tries are over. */
export async function findHalf(tx: Tx, secret: string | undefined): Promise<Half | undefined> {
  if (!secret) return undefined;
  const { rows } = await sql<Half>`select member_id, how, needs, email, name from app.half_sign_in(${storedHash(keyOf(secret))})`.execute(tx);
  return rows[0];
}

/** Counts a wrong code of a half sign-in. */
export async function countHalfTry(tx: Tx, secret: string): Promise<void> {
  await sql`select app.half_try(${storedHash(keyOf(secret))})`.execute(tx);
}

/** Ends a half sign-in: the rest was given. */
export async function endHalf(tx: Tx, secret: string): Promise<void> {
  await sql`select app.half_ends(${storedHash(keyOf(secret))})`.execute(tx);
}
