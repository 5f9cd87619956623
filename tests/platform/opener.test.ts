import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { taking } from '#domains/people/sign-in-key.server.ts';
import { as, type Tx } from '#platform/database/open.server.ts';
import { closePools, pool } from '#platform/database/pool.server.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { ownKeys } from '../support/keys.ts';

const visitor = { kind: 'visitor' } as const;
let db: FreshDatabase;
beforeAll(async () => {
  db = await freshDatabase();
  await ownKeys(db.owner);
});
afterAll(async () => {
  await closePools();
  await db.drop();
});

const role = async (tx: Tx) => (await sql<{ role: string }>`select current_user as role`.execute(tx)).rows[0]?.role;
const take = (tx: Tx, bucket: string) => sql<{ ok: boolean }>`select ${taking([bucket], 1, 60)} as ok`.execute(tx).then(({ rows }) => rows[0]?.ok);
/** Every connection of the pool at once: none may be left inside a transaction, in a role, or holding back what is written. */
const clean = () => Promise.all(Array.from({ length: pool('web').options.max }, () => as(visitor, role)));

test('work without a query, work that fails, and a failed statement leave a connection as they found it', async () => {
  expect(await as(visitor, async () => 'nothing asked')).toBe('nothing asked');
  await expect(as(visitor, () => Promise.reject(new Error('before asking')))).rejects.toThrow('before asking');
  await expect(as(visitor, (tx) => sql`select 1/0`.execute(tx))).rejects.toMatchObject({ code: '22012' });
  await expect(
    as(visitor, async (tx) => {
      await sql`select 1/0`.execute(tx).catch(() => {});
    }),
  ).rejects.toThrow('ended with ROLLBACK');
  expect(new Set(await clean())).toEqual(new Set(['indaba_visitor']));
});

test('a last statement is committed with its answer, whatever the work makes of it; nothing follows it', async () => {
  const last = <T>(work: (tx: Tx) => Promise<T>) =>
    as(visitor, (tx) => {
      tx.notes.last = true;
      return work(tx);
    });
  await expect(
    last(async (tx) => {
      expect(await take(tx, 'once')).toBe(true);
      throw new Error('afterwards');
    }),
  ).rejects.toThrow('afterwards');
  expect(await as(visitor, (tx) => take(tx, 'once'))).toBe(false);
  await expect(last((tx) => take(tx, 'twice').then(() => take(tx, 'twice')))).rejects.toThrow('the transaction is over');
  expect(new Set(await clean())).toEqual(new Set(['indaba_visitor']));
});

test('a last statement that fails takes back what came before it', async () => {
  const failing = as(visitor, async (tx) => {
    expect(await take(tx, 'undone')).toBe(true);
    tx.notes.last = true;
    await sql`select 1/0`.execute(tx);
  });
  await expect(failing).rejects.toMatchObject({ code: '22012' });
  expect(await as(visitor, (tx) => take(tx, 'undone'))).toBe(true);
  // Swallowed, it still is no success.
  const swallowed = as(visitor, async (tx) => {
    tx.notes.last = true;
    await sql`select 1/0`.execute(tx).catch(() => {});
  });
  await expect(swallowed).rejects.toThrow('ended with ROLLBACK');
  expect(new Set(await clean())).toEqual(new Set(['indaba_visitor']));
});
