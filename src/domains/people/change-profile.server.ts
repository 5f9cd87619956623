import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import type { ProfileInput } from './model.ts';

/** Changes my name, language and time zone; my byline follows the name. Refuses with people.member.not_found for a visitor. */
export async function changeProfile(tx: Tx, input: ProfileInput): Promise<void> {
  const { numAffectedRows } =
    await sql`update app.members set name = ${input.name}, locale = ${input.locale}, time_zone = ${input.time_zone} where id = app.me()`.execute(tx);
  if (!numAffectedRows) throw notFound('people.member.not_found');
}
