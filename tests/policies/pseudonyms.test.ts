import { sql } from 'kysely';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { takePseudonym } from '#domains/people/take-pseudonym.server.ts';
import { type Actor, as } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { type Cast, cast, NAMES } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';

let db: FreshDatabase;
let c: Cast;
let first: string;
let second: string;
let tables: { name: string; columns: string[] }[];

beforeAll(async () => {
  db = await freshDatabase();
  c = await cast(db);
  // Mei speaks without her name in two audiences that Jonas and Amina share with her.
  first = await as(c.as('mei'), (tx) => takePseudonym(tx, { audienceId: 2, name: 'A supervisor' }));
  second = await as(c.as('mei'), (tx) => takePseudonym(tx, { audienceId: c.audience.circle, name: 'A reader' }));
  for (const [byline, slug] of [
    [first, 'all-members'],
    [second, 'sim-swap'],
  ] as const) {
    const { conversationId, audienceId } = c.channel[slug];
    await as(c.as('mei'), async (tx) => {
      const thread = crypto.randomUUID();
      await sql`insert into app.threads (id, conversation_id, audience_id, title, byline_id) values (${thread}, ${conversationId}, ${audienceId}, 'From a hidden source', ${byline})`.execute(
        tx,
      );
    });
  }
  tables = (
    await c.behind<{ name: string; columns: string[] }>(`
    select format('%I.%I', n.nspname, r.relname) as name, array_agg(quote_ident(a.attname) order by a.attnum) as columns
      from pg_class r join pg_namespace n on n.oid = r.relnamespace join pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
     where n.nspname in ('app', 'search', 'sealed') and r.relkind in ('r', 'p') and has_column_privilege('indaba_person', r.oid, a.attnum, 'select') and has_schema_privilege('indaba_person', n.oid, 'usage')
     group by 1`)
  ).map((row) => row);
});
afterAll(async () => {
  await closePools();
  await db.drop();
});

/** Every row that somebody can read anywhere, as text. */
async function everythingReadBy(actor: Actor): Promise<{ table: string; row: string }[]> {
  const found: { table: string; row: string }[] = [];
  for (const { name, columns } of tables) {
    const { rows } = await as(actor, (tx) => sql<{ row: string }>`select (row(${sql.raw(columns.join(', '))}))::text as row from ${sql.raw(name)}`.execute(tx));
    for (const { row } of rows) found.push({ table: name, row });
  }
  return found;
}

describe('two pseudonyms of one person', () => {
  test('are read where they speak, by those who read there', async () => {
    const seen = async (name: (typeof NAMES)[number]) => {
      const all = (await everythingReadBy(c.as(name)))
        .filter((each) => each.table === 'app.bylines')
        .map((each) => each.row)
        .join();
      return [all.includes(first), all.includes(second)];
    };
    expect(await seen('jonas')).toEqual([true, true]);
    expect(await seen('pita')).toEqual([true, false]);
    expect(await seen('karim')).toEqual([false, true]);
    expect(await seen('eve')).toEqual([false, false]);
  });
  test.each(NAMES)('no row that %s can read anywhere holds both, or one of them with the person', async (name) => {
    const all = await everythingReadBy(c.as(name));
    const other = name === 'mei' ? [] : [c.member.mei, c.byline.mei];
    for (const { table, row } of all) {
      const hits = [first, second].filter((id) => row.includes(id));
      if (hits.length === 0) continue;
      expect(hits.length, table).toBe(1);
      for (const id of other) expect(row.includes(id), `${table} ties a pseudonym to its person`).toBe(false);
    }
    expect(all.length, 'the search looked at something').toBeGreaterThan(name === 'eve' ? 3 : 20);
  });
  test.each(NAMES.filter((name) => name !== 'mei'))('%s is not told whose they are', async (name) => {
    const { rows } = await as(c.as(name), (tx) => sql<{ b: string }>`select app.my_bylines() as b`.execute(tx));
    expect(rows.map((row) => row.b)).not.toContain(first);
    await expect(as(c.as(name), (tx) => sql`select * from sealed.byline_members`.execute(tx))).rejects.toThrow();
    // The transaction that wrote a row would tie what was written together.
    await expect(as(c.as(name), (tx) => sql`select xmin, ctid from app.bylines`.execute(tx))).rejects.toThrow();
  });
  test('nobody speaks under a pseudonym of another, and nobody takes one where they do not belong', async () => {
    const { conversationId } = c.channel['all-members'];
    const forged = as(c.as('jonas'), (tx) =>
      sql`insert into app.threads (id, conversation_id, audience_id, title, byline_id) values (${crypto.randomUUID()}, ${conversationId}, 2, 'forged', ${first})`.execute(
        tx,
      ),
    );
    await expect(forged).rejects.toMatchObject({ status: 404 });
    for (const [name, audienceId] of [
      ['eve', 2],
      ['pita', c.audience.circle],
      ['karim', 2],
      ['mei', 1],
    ] as const) {
      await expect(
        as(c.as(name), (tx) => takePseudonym(tx, { audienceId, name: 'x' })),
        `${name} in ${audienceId}`,
      ).rejects.toMatchObject({ code: 'people.pseudonym.not_found' });
    }
  });
  test('their ids tell no time, and each stays the same where it is used again', async () => {
    for (const id of [first, second]) expect(id[14]).toBe('4');
    expect(await as(c.as('mei'), (tx) => takePseudonym(tx, { audienceId: 2, name: 'again' }))).toBe(first);
  });
});

test('the clerk and the relay read nobody behind a pseudonym', async () => {
  const clerk = await as({ kind: 'clerk' }, (tx) => sql<{ id: string }>`select id from app.bylines where kind = 'pseudonym'`.execute(tx));
  expect(clerk.rows).toEqual([]);
  const stream = new Client({ connectionString: db.stream });
  await stream.connect();
  await stream.query('set role indaba_relay');
  await expect(stream.query('select * from sealed.byline_members')).rejects.toThrow();
  await stream.end();
});
