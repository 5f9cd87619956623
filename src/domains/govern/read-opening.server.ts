import { sql } from 'kysely';
import * as v from 'valibot';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { parse } from '#platform/input.ts';

export type Opened = { name: string; organizations: string[] };

/** Who stood behind an opened pseudonym, shown to each of the two trustees once. Refuses with govern.opening.not_found (also the second time), people.step_up.needed. */
export async function readOpening(tx: Tx, input: unknown): Promise<Opened> {
  const { id } = parse(v.object({ id: v.pipe(v.string(), v.uuid('govern.opening.not_found')) }), input);
  const { rows } = await sql<Opened>`select name, organizations from app.read_opening(${id})`.execute(tx);
  if (!rows[0]) throw notFound('govern.opening.not_found');
  return rows[0];
}
