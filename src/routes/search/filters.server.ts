import { sql } from 'kysely';
import { composeQuery, type Query, type Resolved } from '#domains/search/compose-query.ts';
import { LONGEST } from '#domains/search/model.ts';
import { type Day, DIRECT, FILTERS, type Filter, ME, type Question, readDay, readFields, readQuestion } from '#domains/search/question.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';

export type Asked = { question: Question; after: Day[]; before: Day[] };

/**
 * What an address asks: words and filters in q, and the same filters as fields of their own. Looks nothing up, so nothing hidden can tell by it.
 * Refuses with search.query.too_long, .bad_date, .unknown_label, .unknown_thing, .only_without.
 */
export function readAsked(get: (name: string) => string | null): Asked {
  const text = (get('q') ?? '').trim();
  for (const value of [text, ...FILTERS.map((name) => get(name) ?? '')])
    if (value.length > LONGEST) throw new Refusal('search.query.too_long', { details: { length: value.length } });
  const question = readQuestion(text);
  question.filters.push(...readFields(get));
  const days = (name: Filter['name']) => question.filters.filter((each) => each.name === name).map(({ value }) => readDay(value));
  const asked = { question, after: days('after'), before: days('before') };
  // Once with nothing resolved: a fault in the question is told the same way whatever there is.
  const some = asked.after.length + asked.before.length ? { since: new Date(0), until: null } : { since: null, until: null };
  composeQuery(question, some, { authors: () => ['x'], places: () => ({ conversations: ['x'], spaces: ['x'], direct: false }), threads: () => ['x'] });
  return asked;
}

/** Is anything asked at all? */
export const isAsked = ({ question }: Asked): boolean => Boolean(question.words || question.without.length || question.filters.length);

/** Looks up what names in the filters stand for, with the asker's own eyes, and builds the query. Days begin in the asker's time zone. */
export async function resolveAsked(tx: Tx, { question, after, before }: Asked): Promise<Query> {
  const of = (name: Filter['name']) => [...new Set(question.filters.filter((each) => each.name === name).map(({ value }) => value))];
  const authors = new Map<string, string[]>();
  for (const value of of('from')) authors.set(value, await authorsOf(tx, value));
  const places = new Map<string, Awaited<ReturnType<typeof placesOf>>>();
  for (const value of of('in')) places.set(value, await placesOf(tx, value));
  // Whoever asks within channels asks their audiences alone, of threads too.
  const placed = question.filters.filter((each) => each.name === 'in' && !each.not);
  const inPlaces = placed.flatMap(({ value }) => places.get(value)?.audiences ?? []);
  const among = placed.length && !inPlaces.includes(null) ? [...new Set(inPlaces as number[])] : null;
  const threads = new Map<string, string[]>();
  for (const value of of('thread')) threads.set(value, await threadsOf(tx, value, among));
  const span = await spanOf(tx, after, before);
  const query = composeQuery(question, span, {
    authors: (value) => authors.get(value) ?? [],
    places: (value) => places.get(value) ?? { conversations: [], spaces: [], direct: false },
    threads: (value) => threads.get(value) ?? [],
  });
  return { ...query, among };
}

type Row = { id: string };
const ids = (rows: Array<{ id: string }>) => rows.map(({ id }) => id);

/** Who is meant: oneself, the address of a member, a whole name or the first of it. */
async function authorsOf(tx: Tx, value: string): Promise<string[]> {
  const name = value.replace(/^@/, '').toLowerCase();
  if (ME.has(name)) return ids((await sql<Row>`select id from app.my_bylines() id`.execute(tx)).rows);
  // Accents may be left out, as in the words themselves.
  const said = sql`regexp_replace(normalize(lower(b.name), NFD), '[\u0300-\u036f]', '', 'g')`;
  const bare = name.normalize('NFD').replace(/[\u0300-\u036f]/g, '');
  const { rows } = await sql<Row>`select b.id from app.bylines b where ${said} = ${bare} or split_part(${said}, ' ', 1) = ${bare} limit 50`.execute(tx);
  const { rows: me } = await sql<{ id: string | null }>`select app.me() as id`.execute(tx);
  if (!me[0]?.id) return ids(rows);
  const { rows: known } = await sql<Row>`select b.id from app.members m join app.bylines b on b.member_id = m.id where m.slug = ${name}`.execute(tx);
  return [...new Set(known.length ? ids(known) : ids(rows))];
}

/** A channel or a space by its address or name (what is said about a space's pages, controls and proposals carries the space); or direct messages. */
async function placesOf(tx: Tx, value: string): Promise<ReturnType<Resolved['places']> & { audiences: Array<number | null> }> {
  const name = value.replace(/^#/, '').toLowerCase();
  if (DIRECT.has(name)) return { conversations: [], spaces: [], direct: true, audiences: [null] };
  const { rows: spaces } = await sql<Row>`select s.id from app.spaces s where s.slug = ${name} or lower(s.title) = ${name}`.execute(tx);
  const { rows } = await sql<Row & { audience_id: number }>`
    select c.id, c.audience_id from app.channels h join app.conversations c on c.subject_id = h.id and c.subject_kind = 'channel' where h.slug = ${name} or lower(h.name) = ${name}`.execute(
    tx,
  );
  // What is said about a space stands in more than one audience.
  const audiences = spaces.length ? [null] : rows.map(({ audience_id }) => audience_id);
  return { conversations: ids(rows), spaces: ids(spaces), direct: false, audiences };
}

/** Threads by their id, or by a part of their title. */
async function threadsOf(tx: Tx, value: string, among: number[] | null): Promise<string[]> {
  const known = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value);
  const meant = known ? sql`${value}` : sql`any(array(select search.threads(${value}, 100, ${among})))`;
  return ids((await sql<Row>`select t.id from app.threads t where t.id = ${meant}`.execute(tx)).rows);
}

/** From the beginning of the latest "after" to the beginning of the earliest "before", by the asker's own clock. */
async function spanOf(tx: Tx, after: Day[], before: Day[]): Promise<{ since: Date | null; until: Date | null }> {
  const first = (day: Day) => new Date(Date.UTC(day.year, (day.month ?? 1) - 1, day.day ?? 1)).toISOString().slice(0, 10);
  if (!after.length && !before.length) return { since: null, until: null };
  const { rows: me } = await sql<{ id: string | null }>`select app.me() as id`.execute(tx);
  const zone = me[0]?.id ? (await sql<{ zone: string }>`select time_zone as zone from app.my_settings()`.execute(tx)).rows[0]?.zone : undefined;
  const { rows } = await sql<{ since: Date | null; until: Date | null }>`
    select ${after.map(first).sort().at(-1) ?? null}::date::timestamp at time zone ${zone || 'UTC'} as since,
      ${before.map(first).sort()[0] ?? null}::date::timestamp at time zone ${zone || 'UTC'} as until`.execute(tx);
  return rows[0] ?? { since: null, until: null };
}
