import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { parse } from '#platform/input.ts';
import { type Exclusion, RecordsInput } from './model.ts';

/** Asks for a package of everything about and by oneself. Refuses with people.step_up.needed, records.export.too_many; as not found for a token. */
export async function askOwnData(tx: Tx): Promise<{ id: string }> {
  const id = newId();
  await sql`insert into app.data_exports (id, member_id, kind) values (${id}, app.me(), 'own')`.execute(tx);
  return { id };
}

/**
 * A focal point asks for what its organization's people wrote, for an archive or a request under a law.
 * Refuses with records.export.not_found (also where one may not), records.reason.*, .export.day_unknown, .ground_unknown, .thing_unknown, .things_long, .too_many, people.step_up.needed.
 */
export async function askRecords(tx: Tx, input: { organization: string } & Record<string, unknown>): Promise<{ id: string }> {
  const asked = parse(RecordsInput, input);
  const { rows } = await sql<{ id: string }>`select id from app.organizations where slug = ${input.organization} and app.may_export_records(id)`.execute(tx);
  if (!rows[0]) throw notFound('records.export.not_found');
  const exclusions: Exclusion[] = [
    ...asked.labels.map((which) => ({ what: 'label' as const, which, ground: asked.labels_ground })),
    ...asked.things.map((which) => ({ what: 'thing' as const, which, ground: asked.things_ground })),
  ];
  const id = newId();
  await sql`insert into app.data_exports (id, member_id, kind, organization_id, reason, from_on, until_on, exclusions)
    values (${id}, app.me(), 'records', ${rows[0].id}, ${asked.reason}, ${asked.from_on}, ${asked.until_on}, ${JSON.stringify(exclusions)}::jsonb)`.execute(tx);
  return { id };
}
