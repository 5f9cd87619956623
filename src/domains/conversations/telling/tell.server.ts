import { sql } from 'kysely';
import { theBus } from '#platform/bus/bus.server.ts';
import { as } from '#platform/database/open.server.ts';

/** Writes down whom the messages posted since last time concern, and lets their open windows look. Gives back who they are. */
export async function tell(): Promise<string[]> {
  const members = await as({ kind: 'clerk' }, async (tx) => (await sql<{ id: string }>`select app.tell() as id`.execute(tx)).rows.map((row) => row.id));
  for (const member of members) theBus().hint({ about: 'read', member });
  return members;
}
