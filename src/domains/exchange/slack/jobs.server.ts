import { sql } from 'kysely';
import { as } from '#platform/database/open.server.ts';
import { landPlace } from './bring-in.server.ts';

type Payload<K extends string> = { ids: Record<K, string> };

/** Opens a channel that a steward gave a label; once more changes nothing. */
export async function landImport({ ids }: Payload<'place'>): Promise<void> {
  await landPlace(ids.place);
}

/** Gives whoever joined what they said elsewhere, and what was private to them. */
export async function matchImported({ ids }: Payload<'member'>): Promise<void> {
  await as({ kind: 'clerk' }, (tx) => sql`select app.match_imported(${ids.member})`.execute(tx));
}
