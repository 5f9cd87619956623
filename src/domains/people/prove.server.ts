import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import type { Proof } from './open-session.server.ts';
import { macOf } from './sign-in-key.server.ts';

/** Remembers that the session that asks has just proved itself. Refuses with people.step_up.refused (a password alone, for whoever has a second factor). */
export async function prove(tx: Tx, input: { proof: Proof }): Promise<void> {
  const { rows } = await sql<{ session: string | null; me: string | null }>`select app.my_session() as session, app.me() as me`.execute(tx);
  const moment = Math.floor(Date.now() / 1000);
  const mac = macOf(`prove:${rows[0]?.session}:${rows[0]?.me}:${input.proof}:${moment}`);
  await sql`select app.prove(${input.proof}, ${moment}, ${mac})`.execute(tx);
}

/** Is my password, with a code where I have a second factor, enough to prove that it is me? */
export async function passwordProves(tx: Tx): Promise<boolean> {
  const { rows } = await sql<{ ok: boolean }>`select app.password_proves() as ok`.execute(tx);
  return rows[0]?.ok ?? false;
}

/** Did the session that asks prove itself in the last quarter of an hour? */
export async function isFresh(tx: Tx): Promise<boolean> {
  const { rows } = await sql<{ fresh: boolean }>`select app.fresh() as fresh`.execute(tx);
  return rows[0]?.fresh ?? false;
}
