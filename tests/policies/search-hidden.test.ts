/**
 * A word that is hidden from me is the same walk through the index as a word that is absent: as many pages are read, whole or as a beginning, with filters and
 * without. Counted, not timed. And lexemes that pretend another audience neither find what is hidden nor put anything before others.
 */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startThread } from '#domains/conversations/start-thread.server.ts';
import { findHits } from '#domains/search/find-hits.server.ts';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { type Cast, cast, type Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';

let db: FreshDatabase;
let c: Cast;
let thread: string;
const old = "'2024-05-05 12:00Z'";
const be = (who: Name | 'visitor'): Actor => (who === 'visitor' ? { kind: 'visitor' } : c.as(who));

beforeAll(async () => {
  db = await freshDatabase();
  c = await cast(db);
  thread = (
    await as(c.as('amina'), (tx) =>
      startThread(tx, { conversation_id: c.channel['all-members'].conversationId, title: 'Open', body: 'zonal', retry_key: randomUUID() }),
    )
  ).thread_id;
  // Hidden words among the old, so that no answer comes from the newest, which are read for everybody alike.
  await c.behind(`insert into search.entries select nextval('search.positions'), 'message', gen_random_uuid(), case when i % 3 = 0 then 2 when i % 3 = 1 then 1 else ${c.audience.circle} end,
    array_to_tsvector(array['plain', 'plain' || i % 50, 'h:' || case i % 2 when 0 then 'link' else 'file' end, 'l:TLP:GREEN'] || case when i % 3 = 2 then array['covertx', 'covertxray' || i % 40] else '{}' end),
    case when i % 2 = 0 then ${old} else '2025-05-05 12:00Z' end::timestamptz + i * interval '1 second'
    from generate_series(1, 9000) i`);
  await c.behind(
    `insert into search.entries select nextval('search.positions'), 'message', gen_random_uuid(), 2, array_to_tsvector(array['newer', 'h:link']), now() from generate_series(1, 2500) i`,
  );
  const titled = (channel: 'square' | 'all-members' | 'sim-swap', title: string, at: string, n: number) =>
    c.behind(`insert into app.threads (id, conversation_id, audience_id, title, byline_id, created_at)
      select gen_random_uuid(), k.id, k.audience_id, ${title}, (select id from app.bylines where kind = 'person' limit 1), ${at} from app.conversations k, generate_series(1, ${n}) i where k.id = '${c.channel[channel].conversationId}'`);
  await titled('sim-swap', "'covertx ' || i", "'2024-01-01'", 1500);
  await titled('all-members', "'matter ' || i", "'2024-01-01'", 1500);
  await titled('square', "'newer ' || i", "'2026-01-01'", 1100);
  await c.behind('vacuum analyze search.entries');
  await c.behind('vacuum analyze app.threads');
}, 120_000);
afterAll(async () => {
  await closePools();
  await db.drop();
});

type Asked = [query: string, since?: string, until?: string];
const find = ([query, since = 'null', until = 'null']: Asked) =>
  query.startsWith('thread:')
    ? sql.raw(`select * from search.threads('${query.slice(7)}', 40)`)
    : sql.raw(`select * from search.find('${query.replaceAll("'", "''")}', false, 40, ${since}, ${until})`);
/** How many pages a question reads, and how much it finds. */
async function pages(tx: Tx, asked: Asked): Promise<{ pages: number; found: number }> {
  const { rows } = await sql<{
    'QUERY PLAN': Array<{ Plan: Record<string, number> }>;
  }>`explain (analyze, buffers, timing off, format json) ${find(asked)}`.execute(tx);
  const plan = rows[0]!['QUERY PLAN'][0]!.Plan;
  return { pages: plan['Shared Hit Blocks']! + plan['Shared Read Blocks']!, found: plan['Actual Rows']! };
}
const both = (who: Name | 'visitor', hidden: Asked, absent: Asked) =>
  as(be(who), async (tx) => {
    const runs: Array<readonly [Awaited<ReturnType<typeof pages>>, Awaited<ReturnType<typeof pages>>]> = [];
    for (let run = 0; run < 4; run++) runs.push([await pages(tx, hidden), await pages(tx, absent)]);
    // The least of four: what a session learns for the first time, or anew after the database has tidied up, falls on neither.
    const least = (which: 0 | 1) => runs.map((run) => run[which]).reduce((a, b) => (b.pages < a.pages ? b : a));
    return [least(0), least(1)] as const;
  });

const questions: Array<[what: string, of: (word: string) => Asked]> = [
  ['whole', (word) => [`'${word}'`]],
  ['as a beginning', (word) => [`'${word}':*`]],
  ['beside a common word', (word) => [`'plain' & '${word}':*`]],
  ['before a common beginning', (word) => [`'${word}' & 'plain':*`]],
  ['with what it holds', (word) => [`'${word}':* & 'h:link'`]],
  ['in a phrase', (word) => [`('plain' <-> '${word}')`]],
  ['in one old day', (word) => [`'${word}':*`, old, "'2024-05-06 12:00Z'"]],
  ['as a title', (word) => [`thread:${word}`]],
  ['since long ago', (word) => [`'${word}':*`, "'2001-01-01'"]],
];
describe.each(['pita', 'eve', 'visitor'] as const)('%s, who is not in the circle', (who) => {
  test.each(questions)('%s: hidden and absent are one walk', async (_, of) => {
    const [hidden, absent] = await both(who, of('covertx'), of('coverty'));
    expect(hidden).toEqual({ pages: absent.pages, found: 0 });
    expect(absent.pages).toBeGreaterThan(10);
  });
});
test('who reads the circle finds them, by more pages: the count tells such things apart', async () => {
  const [there, absent] = await both('amina', ["'covertx':*"], ["'coverty':*"]);
  expect(there.found).toBe(40);
  expect(there.pages).toBeGreaterThan(absent.pages + 10);
  const [title, none] = await both('amina', ['thread:covertx'], ['thread:coverty']);
  expect([title.found, none.found]).toEqual([40, 0]);
  expect(title.pages).toBeGreaterThan(none.pages + 10);
});

test('no statement of the search can read its slices row by row, or a word of all audiences', async () => {
  const [plans] = await c.behind<{ definition: string }>(
    `select string_agg(pg_get_indexdef(indexrelid), ' ') as definition from pg_index where indrelid = 'search.entries'::regclass`,
  );
  expect(plans!.definition.match(/USING gin \(([^)]+\))/g)).toEqual([
    'USING gin (search.tagged(audience_id, words)',
    'USING gin (search.tagged(audience_id, words)',
  ]);
});

describe('lexemes that pretend another audience', () => {
  const post = (who: Name, lexemes: string) =>
    as(c.as(who), async (tx) => {
      await sql`select * from app.post_message(${randomUUID()}, ${thread}, 'words', null, ${randomUUID()}, '\\x00', ${lexemes})`.execute(tx);
    });
  test('put nothing before who reads that audience', async () => {
    await post('pita', `'${c.audience.circle}:smuggled' 'smuggled2':1`);
    expect(await as(c.as('jonas'), (tx) => findHits(tx, 'smuggled', 'messages', 10))).toHaveLength(1);
    await c.behind(`delete from search.entries where words @@ 'smuggled2'`);
    await post('pita', `'${c.audience.circle}:smuggled'`);
    expect(await as(c.as('jonas'), (tx) => findHits(tx, 'smuggled', 'messages', 10))).toEqual([]);
    expect(await as(c.as('pita'), (tx) => findHits(tx, 'smuggled', 'messages', 10))).toEqual([]);
  });
  test('find nothing that is hidden', async () => {
    for (const query of [`'${c.audience.circle}:covertx'`, `'\u0001${c.audience.circle}:covertx':*`, `'covertx' | '${c.audience.circle}:covertx'`])
      for (const who of ['pita', 'eve', 'visitor'] as const) expect((await as(be(who), (tx) => find([query]).execute(tx))).rows, query).toEqual([]);
  });
  test('that would not hold are refused, with the message', async () => {
    for (const lexemes of ["'a '", "'a ''b'", `' ''${c.audience.circle}:covertx'`]) await expect(post('pita', lexemes), lexemes).rejects.toThrow();
  });
});
