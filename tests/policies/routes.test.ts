/**
 * Every role × every command × every route of /api/v1, generated from the table of operations: allowed, refused or absent as docs/operating/rights-by-route.md says.
 * Each call is made for real as that person's token, and undone. `INDABA_WRITE=1` writes the table anew; then read what changed in it.
 */
import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Actor, as } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { parse } from '#platform/input.ts';
import { operations } from '../../src/routes/api/v1/operations/index.server.ts';
import { checkToken } from '../../src/routes/api/v1/serve.server.ts';
import { type Cast, cast } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { ownKeys } from '../support/keys.ts';
import { plant } from '../support/planted.ts';
import { calls, type Sample, type World } from '../support/route-calls.ts';
import { everybody, WHO } from '../support/who.ts';
import { writtenTable } from '../support/written-table.ts';

const file = resolve(import.meta.dirname, '../../docs/operating/rights-by-route.md');
const nameOf = ({ method, path }: { method: string; path: string }) => `${method} ${path}`;
let db: FreshDatabase;
let c: Cast;
let world: World;
const outcomes = new Map<string, string[]>();

class Undo extends Error {
  readonly result: unknown;
  constructor(result: unknown) {
    super('undo');
    this.result = result;
  }
}

beforeAll(async () => {
  db = await freshDatabase();
  await ownKeys(db.owner);
  c = await cast(db);
  const { ids } = await plant(c, ['everyone', 'circle', 'lumaria']);
  world = { c, ids, behind: c.behind };
  await ask();
}, 300_000);
afterAll(async () => void (await db.drop()));

/** Makes each call as everybody; what it did is undone. */
async function ask(): Promise<void> {
  const actor = await everybody(c);
  for (const operation of operations) {
    for (const sample of (await calls[nameOf(operation)]?.(world)) ?? []) {
      const row: string[] = [];
      for (const who of WHO) row.push(await outcome(operation, sample, actor[who]));
      outcomes.set(`${nameOf(operation)}${sample.on ? ` · ${sample.on}` : ''}`, row);
      await c.behind('delete from app.rate_buckets');
    }
  }
}

async function outcome(operation: (typeof operations)[number], sample: Sample, actor: Actor): Promise<string> {
  const input = operation.input ? good(() => parse(operation.input!, sample.input), `the sample of ${nameOf(operation)}`) : undefined;
  const call = {
    params: sample.params ?? {},
    query: new URLSearchParams(sample.query ?? ''),
    input,
    retryKey: newId(),
    page: { limit: 500, after: null },
  };
  try {
    return await as(actor, async (tx) => {
      if (actor.kind === 'person') await checkToken(tx);
      throw new Undo(await operation.run(tx, call));
    });
  } catch (error) {
    if (error instanceof Undo) return operation.list && !(error.result as { items: unknown[] }).items.length ? 'nothing' : 'yes';
    if (!(error instanceof Refusal)) throw new Error(`${nameOf(operation)} ${sample.on}`, { cause: error });
    return { 401: 'absent', 404: 'absent', 403: 'no' }[error.status] ?? error.code;
  }
}

function good<T>(make: () => T, what: string): T {
  try {
    return make();
  } catch (error) {
    throw new Error(`${what}: ${JSON.stringify((error as Refusal).details)}`, { cause: error });
  }
}

test('each operation of the route table is called, and nothing else', () => {
  expect(operations.map(nameOf).filter((name) => !(name in calls))).toEqual([]);
  expect(Object.keys(calls).filter((name) => !operations.some((each) => nameOf(each) === name))).toEqual([]);
});

test('everybody gets what the written table says: allowed, refused or absent', () => {
  const { now, written } = writtenTable(file, WHO, outcomes);
  expect(now).toEqual(written);
});

const column = (who: (typeof WHO)[number]) => [...outcomes].map(([name, row]) => [name, row[WHO.indexOf(who)]!] as const);
const writes = (name: string) => !name.startsWith('GET ');

test('a suspended person gets nothing at all', () => {
  expect(column('suspended').filter(([, got]) => got !== 'absent')).toEqual([]);
});

test('whoever belongs nowhere, and a visitor, change nothing; but which mails and pushes come to one is for everybody with an account to say', () => {
  const changed = (who: 'visitor' | 'nowhere') => column(who).filter(([name, got]) => writes(name) && got === 'yes');
  expect(changed('visitor')).toEqual([]);
  expect(changed('nowhere')).toEqual([
    ['PATCH /me/telling', 'yes'],
    ['POST /push-subscriptions', 'yes'],
  ]);
});

test('a token for reading writes nothing', () => {
  expect(column('reading token').filter(([name, got]) => writes(name) && got === 'yes')).toEqual([]);
});

test('the steward is nobody in a circle and an authority that are not hers', () => {
  const closed = column('steward').filter(([name]) => / · of (a circle|one authority)$/.test(name));
  expect(closed.length).toBeGreaterThan(30);
  expect(closed.filter(([, got]) => got === 'yes' || got === 'no')).toEqual([]);
});

test('a guest meets nothing beyond the circle', () => {
  expect(column('guest').filter(([name, got]) => / · (for all members|of one authority)$/.test(name) && got === 'yes')).toEqual([]);
});

test('the table can tell people apart: every role is allowed something another is not', () => {
  for (const who of ['member', 'focal point', 'editor', 'reviewer', 'steward', 'guest'] as const)
    expect(column(who).filter(([, got]) => got === 'yes').length, who).toBeGreaterThan(3);
});
