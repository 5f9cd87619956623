import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { networkOf } from './network.ts';
import { macOf, taking } from './sign-in-key.server.ts';

export type PasswordTry = { allowed: boolean; account: { member_id: string; password_hash: string | null } | undefined };

/**
 * Counts a try and looks the account up; comparing (slow by intent) happens outside the transaction.
 * Too many tries are a value, not a throw, so that the count stays. Counted per address and network together, and per network: a stranger
 * elsewhere can slow himself down, never lock the member out.
 */
export async function beginPasswordSignIn(tx: Tx, input: { email: string; network: string }): Promise<PasswordTry> {
  const email = input.email.trim().toLowerCase();
  const network = networkOf(input.network);
  const { rows } = await sql<{ both: boolean; net: boolean }>`
    select ${taking(['password', email, network], 5, 60)} as both, ${taking(['password', network], 60, 600)} as net`.execute(tx);
  // For the log: a try that is not taken off again by signing in has failed.
  await sql`select app.note_try(${email}, ${macOf(`find-account:${email}`)})`.execute(tx);
  const found = await sql<{
    member_id: string;
    password_hash: string | null;
  }>`select member_id, password_hash from app.find_account(${email}, ${macOf(`find-account:${email}`)})`.execute(tx);
  return { allowed: rows[0]?.both === true && rows[0].net, account: found.rows[0] };
}
