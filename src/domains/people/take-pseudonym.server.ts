import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { randomId } from '#platform/ids.ts';

/** My pseudonym in one of my audiences, made on first use; unlike a person's byline it leads nowhere. Refuses with people.pseudonym.not_found. */
export async function takePseudonym(tx: Tx, input: { audienceId: number; name: string }): Promise<string> {
  const { rows } = await sql<{ id: string }>`select app.take_pseudonym(${randomId()}, ${input.audienceId}, ${input.name}) as id`.execute(tx);
  return rows[0]!.id;
}
