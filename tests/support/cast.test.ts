import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { as } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { type Cast, cast, NAMES } from './cast.ts';
import { type FreshDatabase, freshDatabase } from './database.ts';

let db: FreshDatabase;
let c: Cast;
beforeAll(async () => {
  db = await freshDatabase();
  c = await cast(db);
});
afterAll(async () => {
  await closePools();
  await db.drop();
});

test('each of the cast belongs where they should', async () => {
  const of: Record<string, number[]> = {};
  for (const name of NAMES) {
    of[name] = await as(c.as(name), async (tx) =>
      (await sql<{ a: number }>`select my_audiences as a from app.my_audiences()`.execute(tx)).rows.map((row) => row.a),
    );
  }
  expect(of.amina).toEqual(expect.arrayContaining([1, 2, c.audience.circle, c.audience.lumaria]));
  expect(of.karim).not.toContain(2);
  expect(of.karim).toContain(c.audience.circle);
  expect(of.eve).toEqual([1]);
  const { actor } = await c.signIn('mei');
  const me = await as(actor, async (tx) => (await sql<{ me: string }>`select app.me() as me`.execute(tx)).rows[0]?.me);
  expect(me).toBe(c.member.mei);
});
