import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';
import { parse } from '#platform/input.ts';
import { WhyInput } from './model.ts';

/** A steward says why they read the log; for a quarter of an hour they may, and the log has it. Refuses with audit.reason.missing, .long, and as not found for everybody else. */
export async function sayWhy(tx: Tx, input: unknown): Promise<void> {
  const { reason } = parse(WhyInput, input);
  await sql`insert into app.audit_readings (id, member_id, reason) values (${newId()}, app.me(), ${reason})`.execute(tx);
}
