import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { parse } from '#platform/input.ts';
import { HoldInput, type Scope } from './model.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const places: Record<Exclude<Scope, 'everything'>, (slug: string) => RawBuilder<{ id: string }>> = {
  person: (slug) => sql`select id from app.members where slug = ${slug}`,
  organization: (slug) => sql`select id from app.organizations where slug = ${slug}`,
  circle: (slug) => sql`select id from app.circles where slug = ${slug}`,
  space: (slug) => sql`select id from app.spaces where slug = ${slug}`,
  conversation: (slug) =>
    sql`select c.id from app.conversations c join app.channels a on c.subject_kind = 'channel' and a.id = c.subject_id where a.slug = ${slug}`,
};

/**
 * Places a hold: from this moment nothing of it can be removed. Its subject is the last part of an address that the steward may read, or an id, which is taken
 * as it stands: whether a hidden circle exists is not told.
 * Refuses with records.hold.scope_unknown, .reference_missing, .subject_not_found, records.reason.missing, .reason.long, people.step_up.needed; as not found for whoever is no steward.
 */
export async function placeHold(tx: Tx, input: unknown): Promise<{ id: string }> {
  const { scope, subject, reference, reason } = parse(HoldInput, input);
  const may = await sql<{ may: boolean }>`select app.may_hold() as may`.execute(tx);
  if (!may.rows[0]?.may) throw notFound('records.hold.not_found');
  const subjectId = scope === 'everything' ? null : await idOf(tx, scope, subject);
  const id = newId();
  await sql`insert into app.legal_holds (id, scope, subject_id, reference, reason, placed_by)
    values (${id}, ${scope}, ${subjectId}, ${reference}, ${reason}, (select b.id from app.bylines b where b.kind = 'person' and b.member_id = app.me()))`.execute(
    tx,
  );
  return { id };
}

async function idOf(tx: Tx, scope: Exclude<Scope, 'everything'>, subject: string): Promise<string> {
  if (UUID.test(subject)) return subject;
  const slug = subject.replace(/\/+$/, '').split('/').at(-1) ?? '';
  const { rows } = await places[scope](slug).execute(tx);
  if (!rows[0]) throw notFound('records.hold.subject_not_found');
  return rows[0].id;
}
