import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { parse } from '#platform/input.ts';
import { RevokeInput } from './model.ts';

/** Ends standing in early: by whoever handed it over, whoever has it, or a steward. Refuses with govern.delegation.not_found. */
export async function revokeDelegation(tx: Tx, input: unknown): Promise<void> {
  const { id } = parse(RevokeInput, input);
  const { numAffectedRows } = await sql`update app.delegations set revoked_at = now() where id = ${id}`.execute(tx);
  if (!numAffectedRows) throw notFound('govern.delegation.not_found');
}
