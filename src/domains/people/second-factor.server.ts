import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { unseal } from '#platform/seal.server.ts';
import { hashOfRecoveryCode, stepOfCode } from './authenticator.server.ts';
import { networkOf } from './network.ts';
import { macOf, taking } from './sign-in-key.server.ts';

type Factor = { secret: string; confirmed: boolean };

/** The opened key of a member's second factor, for checking a code; never for a screen once it counts. */
export async function openFactor(tx: Tx, memberId: string): Promise<Factor | undefined> {
  const { rows } = await sql<{ sealed: string; confirmed_at: Date | null }>`
    select sealed, confirmed_at from app.second_factor_of(${memberId}, ${macOf(`second-factor-of:${memberId}`)})`.execute(tx);
  const secret = rows[0] && unseal('authenticator', memberId, rows[0].sealed);
  return secret ? { secret, confirmed: rows[0]!.confirmed_at !== null } : undefined;
}

/**
 * Is this a right code of the member, from the app or a recovery code? It is used up. Counted per member and network: a stranger elsewhere slows
 * himself down, not the member. All answers are values, so that the count stays.
 */
export async function takeCode(tx: Tx, input: { memberId: string; code: string; network: string }): Promise<'right' | 'wrong' | 'slow'> {
  const { memberId, code } = input;
  const network = networkOf(input.network);
  const { rows } = await sql<{ both: boolean; net: boolean }>`
    select ${taking(['code', memberId, network], 5, 60)} as both, ${taking(['code', network], 60, 600)} as net`.execute(tx);
  if (!rows[0]?.both || !rows[0].net) return 'slow';
  const used = code.replace(/\s/g, '').length === 6 ? await useAppCode(tx, memberId, code) : await useRecoveryCode(tx, memberId, code);
  return used ? 'right' : 'wrong';
}

async function useAppCode(tx: Tx, memberId: string, code: string): Promise<boolean> {
  const factor = await openFactor(tx, memberId);
  const step = factor?.confirmed ? stepOfCode(factor.secret, code) : undefined;
  if (step === undefined) return false;
  const { rows } = await sql<{ ok: boolean }>`select app.use_code(${memberId}, ${step}, ${macOf(`use-code:${memberId}:${step}`)}) as ok`.execute(tx);
  return rows[0]?.ok ?? false;
}

async function useRecoveryCode(tx: Tx, memberId: string, code: string): Promise<boolean> {
  const hash = hashOfRecoveryCode(memberId, code);
  const mac = macOf(`use-recovery-code:${memberId}:${hash.toString('hex')}`);
  const { rows } = await sql<{ ok: boolean }>`select app.use_recovery_code(${memberId}, ${hash}, ${mac}) as ok`.execute(tx);
  return rows[0]?.ok ?? false;
}

export type MyFactor = { on_since: Date | null; begun: boolean; codes_left: number };

/** Whether I have a second factor, and how many recovery codes are left. */
export async function findMyFactor(tx: Tx): Promise<MyFactor> {
  const { rows } = await sql<MyFactor>`select on_since, begun, codes_left from app.my_second_factor()`.execute(tx);
  return rows[0] ?? { on_since: null, begun: false, codes_left: 0 };
}
