import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import { config } from '#platform/config.server.ts';
import { type Actor, as } from '#platform/database/open.server.ts';

/** Waits, outside any transaction, until the scanner has answered about these files of mine, ten seconds at most: a form without script has no other moment to. */
export async function awaitLooks(actor: Actor, ids: string[], patience = 10_000): Promise<void> {
  if (!config().scanner || !ids.length) return;
  for (const end = Date.now() + patience; Date.now() < end; await wait(250)) {
    const { rows } = await as(actor, (tx) => sql`select from app.uploads where id::text = any(${ids}::text[]) and looked = 'waiting' limit 1`.execute(tx));
    if (!rows.length) return;
  }
}
