import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { createHash } from 'node:crypto';
import { enter, type Entered } from '../enter.server.ts';
import type { Device } from '../open-session.server.ts';
import { keyOf, storedHash } from '../secrets.server.ts';
import { macOf } from '../sign-in-key.server.ts';
import type { Connection } from './connections.server.ts';
import { nameFrom, type Outcome, type Purpose } from './model.ts';
import { wayOf } from './way.ts';

/** What a provider said, checked. `vouched`: it says itself that it checked the address. */
export type Said = { subject: string; address: string; vouched: boolean; name: string; authenticatedAt?: Date | undefined; assertion?: string };

/** Takes the try an answer belongs to, once; false for every other answer. `browser` is missing only where another site posts the answer (SAML). */
export async function takeAnswer(tx: Tx, input: { connection: Connection; stateHash: Buffer; browserHash: Buffer | null }): Promise<boolean> {
  const { connection, stateHash, browserHash } = input;
  const mac = macOf(`sso-take:${connection.id}:${stateHash.toString('hex')}`);
  const { rows } = await sql<{ taken: boolean }>`select app.sso_take(${connection.id}, ${stateHash}, ${browserHash}, ${mac}) as taken`.execute(tx);
  return rows[0]?.taken ?? false;
}

/** Keeps what the provider said with the try it answers; false when this was said before. Refuses with people.sign_in.refused, people.sso.refused. */
export async function keepAnswer(tx: Tx, input: { connection: Connection; stateHash: Buffer; said: Said }): Promise<boolean> {
  const { connection, stateHash, said } = input;
  const address = said.address.trim();
  if (!said.subject || said.subject.length > 500 || address.length > 320)
    throw new Refusal('people.sso.refused', { status: 403, details: { cause: 'a subject or address of no bearable length' } });
  const told = {
    subject: said.subject,
    address,
    vouched: said.vouched,
    ...nameFrom(said.name, address),
    authenticated_at: said.authenticatedAt?.toISOString() ?? null,
  };
  // The database writes JSON in its own way; the mac is over that, so it is asked how.
  const { rows } = await sql<{ text: string }>`select ${JSON.stringify(told)}::jsonb::text as text`.execute(tx);
  const hash = createHash('sha256')
    .update(rows[0]?.text ?? '')
    .digest('hex');
  const mac = macOf(`sso-arrive:${connection.id}:${stateHash.toString('hex')}:${hash}`);
  const once = said.assertion === undefined ? null : createHash('sha256').update(said.assertion).digest();
  const kept = await sql<{ kept: boolean }>`select app.sso_arrive(${connection.id}, ${stateHash}, ${rows[0]?.text}::jsonb, ${once}, ${mac}) as kept`.execute(
    tx,
  );
  return kept.rows[0]?.kept ?? false;
}

export type Finished = { outcome: Outcome; purpose: Purpose; next: string; entered?: Entered };

/** Says once, in the browser that began, what becomes of whoever arrived, and lets them in where that is it. Undefined when this browser is on no such way. Refuses with people.sign_in.refused, people.sso.other_needed. */
export async function finishSso(tx: Tx, input: { secret: string; half: string | undefined; device: Device }): Promise<Finished | undefined> {
  const { stateHash, browserHash } = wayOf(input.secret);
  const half = input.half ? storedHash(keyOf(input.half)) : null;
  const { rows } = await sql<{ outcome: Outcome; member_id: string | null; connection_id: string; purpose: Purpose; next: string }>`
    select outcome, member_id, connection_id, purpose, next from app.sso_finish(${stateHash}, ${browserHash}, ${half}, ${newId()}, ${newId()})`.execute(tx);
  const [row] = rows;
  if (!row) return undefined;
  const { outcome, purpose, next } = row;
  tx.notes.wake = true;
  if (outcome !== 'enter' || row.member_id === null) return { outcome, purpose, next };
  return { outcome, purpose, next, entered: await enter(tx, { memberId: row.member_id, proof: `sso:${row.connection_id}`, device: input.device }) };
}
