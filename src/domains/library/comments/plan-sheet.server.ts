import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { BODY_LIMIT } from '#domains/conversations/model.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { viewComments } from './list-view.server.ts';
import { DECIDED, type DisposeComment, type MakeComment, needsReason, PROPOSED_LIMIT, QUOTE_LIMIT, REASON_LIMIT } from './model.ts';
import { findComment } from './queries.server.ts';
import { readKind, readObservation, sayObservation, type SheetRow } from './sheet-columns.ts';
import { indexPlaces, type PlaceIndex } from './sheet-places.server.ts';

/** What will be done with a row: taken as a comment, taken as a disposition, nothing because it is there, or not taken and why. */
export type Planned = { row: number; place: string; words: string } & (
  | { act: 'make'; input: MakeComment }
  | { act: 'dispose'; input: DisposeComment }
  | { act: 'there' }
  | { act: 'not'; why: string }
);

/** Looks at the rows of a filled template with the rights of whoever brings it, and says what would be done with each; does nothing. */
export async function planSheet(tx: Tx, space: { id: string; slug: string }, rows: readonly SheetRow[]): Promise<Planned[]> {
  const index = await indexPlaces(
    tx,
    space.id,
    rows.map(({ place }) => place),
  );
  const me = await whoBrings(tx);
  const seen = new Set<string>();
  const planned: Planned[] = [];
  for (const row of rows) {
    const said = { row: row.row, place: row.place, words: row.comment.length > 120 ? `${row.comment.slice(0, 119).trimEnd()}…` : row.comment };
    const act = row.reference ? await planAnswer(tx, space, row) : planComment(space.id, row, index, me, seen);
    planned.push({ ...said, ...act });
  }
  return markThere(tx, await markClosed(tx, planned));
}

/** Where whoever brings the file reads and may not talk, nothing is taken. */
async function markClosed(tx: Tx, planned: Planned[]): Promise<Planned[]> {
  const subjects = planned.flatMap((each) => (each.act === 'make' ? [each.input.subject] : []));
  const { rows } = await sql<{
    id: string;
  }>`select distinct s.id from unnest(${subjects.map(({ kind }) => kind)}::text[], ${subjects.map(({ id }) => id)}::uuid[]) s (kind, id)
    where not coalesce(app.may_talk(app.talk_audience(s.kind, s.id)), false)`.execute(tx);
  const closed = new Set(rows.map(({ id }) => id));
  return planned.map(({ row, place, words, ...act }) =>
    act.act === 'make' && closed.has(act.input.subject.id)
      ? { row, place, words, act: 'not', why: 'library.sheet.may_not_comment' }
      : { row, place, words, ...act },
  );
}

type Act = { act: 'make'; input: MakeComment } | { act: 'dispose'; input: DisposeComment } | { act: 'there' } | { act: 'not'; why: string };
type Me = { byline: string; names: Set<string> };
const not = (why: string): Act => ({ act: 'not', why: `library.sheet.${why}` });

function planComment(space: string, row: SheetRow, index: PlaceIndex, me: Me, seen: Set<string>): Act {
  if (row.member && !me.names.has(row.member.toLowerCase())) return not('other_member');
  if (!row.place) return not('place_missing');
  const place = index(row.place);
  if (typeof place === 'string') return not(place);
  const kind = readKind(row.kind);
  if (!kind) return not('kind_unknown');
  if (!row.comment) return not('comment_missing');
  if (row.comment.length > BODY_LIMIT || row.proposed.length > PROPOSED_LIMIT || row.quote.length > QUOTE_LIMIT) return not('too_long');
  // The same row is the same comment, however often the file is brought.
  const key = uuidOf(JSON.stringify([space, me.byline, place.subject, place.block, kind, row.comment, row.proposed, row.quote]));
  if (seen.has(key)) return not('twice');
  seen.add(key);
  return { act: 'make', input: { ...place, kind, body: row.comment, quote: row.quote, proposed: row.proposed, retry_key: key } };
}

/** A row that was taken out of the hub: only its observation may say something new. */
async function planAnswer(tx: Tx, space: { id: string; slug: string }, row: SheetRow): Promise<Act> {
  const [, id = '', version] = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/(\d{1,6})$/.exec(row.reference) ?? [];
  const found = id ? await findComment(tx, id) : undefined;
  if (found?.space_id !== space.id) return not('reference_unknown');
  const [comment] = await viewComments(tx, space.slug, [found]);
  const now = sayObservation(comment!.disposition, comment!.reason, comment!.answer_number);
  if (!row.observation || row.observation === now.trim()) return { act: 'there' };
  const said = readObservation(row.observation);
  const disposition = DECIDED.find((each) => each === said?.disposition);
  if (!said || !disposition) return not('observation_unknown');
  if (disposition === found.disposition && said.reason === found.reason && said.request === found.answer_number) return { act: 'there' };
  if (!found.may_dispose) return { act: 'not', why: 'library.comment.may_not_dispose' };
  if (Number(version) !== found.version) return { act: 'not', why: 'library.sheet.disposed_meanwhile' };
  if (needsReason(disposition) && !said.reason) return { act: 'not', why: 'library.comment.reason_missing' };
  if (said.reason.length > REASON_LIMIT) return { act: 'not', why: 'library.comment.reason_long' };
  return {
    act: 'dispose',
    input: {
      id,
      disposition,
      reason: said.reason,
      answered_by: said.request,
      version: found.version,
      retry_key: uuidOf(`${id} ${version} ${row.observation}`),
    },
  };
}

/** What one of my retry keys made before is there already, also where it was taken back since. */
async function markThere(tx: Tx, planned: Planned[]): Promise<Planned[]> {
  const keys = planned.flatMap((each) => (each.act === 'make' ? [each.input.retry_key] : []));
  const { rows } = await sql<{
    key: string;
  }>`select retry_key as key from app.messages where retry_key = any(${keys}::uuid[]) and byline_id in (select app.my_bylines())`.execute(tx);
  const made = new Set(rows.map(({ key }) => key));
  return planned.map((each) =>
    each.act === 'make' && made.has(each.input.retry_key) ? { row: each.row, place: each.place, words: each.words, act: 'there' } : each,
  );
}

/** Under which names whoever brings a file may speak: their own, their organization's, its country's. */
async function whoBrings(tx: Tx): Promise<Me> {
  const { rows } = await sql<{ byline: string; name: string }>`
    with mine as (select id, name, organization_id from app.bylines where kind = 'person' and id in (select app.my_bylines()))
    select m.id as byline, n.name from mine m cross join lateral (select m.name union select o.name from app.organizations o where o.id = m.organization_id union select o.slug from app.organizations o where o.id = m.organization_id
      union select x from app.organization_jurisdictions oj join app.jurisdictions j on j.id = oj.jurisdiction_id cross join lateral (values (j.name), (j.code)) v (x) where oj.organization_id = m.organization_id) n`.execute(
    tx,
  );
  return { byline: rows[0]?.byline ?? '', names: new Set(rows.flatMap(({ name }) => (name ? [name.toLowerCase()] : []))) };
}

function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
