import { sql } from 'kysely';
import { as } from '#platform/database/open.server.ts';

/** Counts anew what is counted along, and puts right what stands otherwise; what it found stands in app.recounts, for the health page. Runs every night. */
export async function recount(): Promise<void> {
  await as({ kind: 'clerk' }, (tx) => sql`select app.recount()`.execute(tx));
}
