import { sql } from 'kysely';
import * as v from 'valibot';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { parse } from '#platform/input.ts';

/** A channel of another program that was open to all there, as a steward sees it: never a word of what was said. */
export type WaitingPlace = {
  id: string;
  source: string;
  name: string;
  purpose: string;
  archived: boolean;
  state: 'waiting' | 'opening' | 'open' | 'aside';
  messages: number;
  first_at: Date | null;
  last_at: Date | null;
  label: string | null;
  readers: string | null;
  slug: string | null;
};
export type ImportRun = { id: string; source: string; started_at: Date; ended_at: Date | null; counts: Record<string, unknown> };

const id = v.pipe(v.string(), v.uuid('exchange.place.not_found'));
export const OpenImport = v.object({
  id,
  audience_id: v.pipe(
    v.union([v.string(), v.number()]),
    v.transform(Number),
    v.integer('exchange.place.not_admitted'),
    v.minValue(1, 'exchange.place.not_admitted'),
  ),
  label: v.picklist(['TLP:CLEAR', 'TLP:GREEN', 'TLP:AMBER', 'TLP:AMBER+STRICT', 'TLP:RED'], 'exchange.place.not_admitted'),
});
const Place = v.object({ id });

/** Channels that were brought in, those that wait first. Refuses whoever may not open them with common.not_found. */
export async function listImports(tx: Tx, limit = 500): Promise<WaitingPlace[]> {
  const { rows: may } = await sql<{ may: boolean }>`select app.may_open_imports() as may`.execute(tx);
  if (!may[0]?.may) throw notFound();
  const { rows } = await sql<WaitingPlace>`
    select p.id, p.source, p.name, p.purpose, p.archived, p.state, p.messages, p.first_at, p.last_at, p.ceiling as label, a.label as readers, c.slug
      from app.import_places p left join app.audiences a on a.id = p.audience_id left join app.channels c on c.id = p.id
     order by array_position(array['waiting','opening','open','aside'], p.state), p.messages desc, p.name, p.id limit ${limit}`.execute(tx);
  return rows;
}

/** What the last runs counted, the newest first. */
export async function listImportRuns(tx: Tx): Promise<ImportRun[]> {
  const { rows } = await sql<ImportRun>`select id, source, started_at, ended_at, counts from app.import_runs order by started_at desc limit 10`.execute(tx);
  return rows;
}

/** Says who reads a channel that was brought in, and the highest label in it; a job opens it. Refuses with exchange.place.not_found, .decided, .not_admitted, people.step_up.needed. */
export async function openImport(tx: Tx, input: unknown): Promise<{ id: string }> {
  const place = parse(OpenImport, input);
  await sql`select app.decide_import(${place.id}, ${place.audience_id}, ${place.label})`.execute(tx);
  return { id: place.id };
}

/** Forgets what waits of a channel; later runs leave it out. Refuses with exchange.place.not_found, people.step_up.needed. */
export async function setAsideImport(tx: Tx, input: unknown): Promise<{ id: string }> {
  const place = parse(Place, input);
  await sql`select app.set_aside_import(${place.id})`.execute(tx);
  return { id: place.id };
}
