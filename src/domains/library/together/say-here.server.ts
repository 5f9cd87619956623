import { sql } from 'kysely';
import type * as v from 'valibot';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import type { Presence } from './model.ts';
import { findShared } from './queries.server.ts';

/** Tells those who write a draft where somebody is in it, under the name the hub knows them by. Not written down. Refuses: common.not_found. */
export async function sayHere(tx: Tx, id: string, where: v.InferOutput<typeof Presence>): Promise<void> {
  const shared = await findShared(tx, id);
  if (!shared.may_write) throw notFound();
  const { rows } = await sql<{ name: string }>`select m.name from app.members m where m.id = (select app.me())`.execute(tx);
  tx.notes.hint = { about: 'draft', draft: shared.id, said: JSON.stringify({ ...where, name: rows[0]?.name ?? '' }) };
}
