/** Who reads which text: spaces, pages, history, controls, the register, with a hidden space and a hidden control in it. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listControlHistory } from '#domains/controls/history.server.ts';
import { Filters } from '#domains/controls/model.ts';
import { countControls, countMatrix, findControl, listChoices, listControls } from '#domains/controls/queries.server.ts';
import { listRevisions } from '#domains/library/history.server.ts';
import { findPage, findSpace, listSpaces, pageTree } from '#domains/library/queries.server.ts';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import * as v from 'valibot';
import { type Cast, cast, type Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { controlText, type MadeSpace, makeSpace, pageText } from '../support/space.ts';

type Who = Name | 'visitor';
type Where = 'open' | 'members' | 'circle' | 'lumaria';
let db: FreshDatabase;
let c: Cast;
const made = {} as Record<Where, MadeSpace>;
beforeAll(async () => {
  db = await freshDatabase();
  c = await cast(db);
  const audiences: Record<Where, number> = { open: 1, members: 2, circle: c.audience.circle, lumaria: c.audience.lumaria };
  for (const [where, audience] of Object.entries(audiences) as Array<[Where, number]>) {
    made[where] = await makeSpace(where, audience, {
      text: pageText(
        `Text of ${where}`,
        `Planted in ${where}.`,
        controlText(`control-of-${where}`, `Control of ${where}`, `Do what ${where} says.`, `gitbook:${where}`),
      ),
    });
  }
});
afterAll(async () => {
  await closePools();
  await db.drop();
});

const asWho = <T>(who: Who, work: (tx: Tx) => Promise<T>) => as(who === 'visitor' ? ({ kind: 'visitor' } satisfies Actor) : c.as(who), work);
const all = v.parse(Filters, {});

const reads: Array<[who: Who, where: Where[]]> = [
  ['visitor', ['open']],
  ['eve', ['open']],
  ['amina', ['open', 'members', 'circle', 'lumaria']],
  ['jonas', ['open', 'members', 'circle']],
  ['mei', ['open', 'members', 'circle']],
  ['pita', ['open', 'members']],
  ['lucia', ['open', 'members']],
  ['noor', ['open', 'members']],
  ['karim', ['open', 'circle']],
];
const places: Where[] = ['open', 'members', 'circle', 'lumaria'];

test('Eve belongs to nothing but the public', async () => {
  expect(await asWho('eve', async (tx) => (await sql<{ a: number }>`select my_audiences as a from app.my_audiences()`.execute(tx)).rows)).toEqual([{ a: 1 }]);
});

describe.each(reads)('%s', (who, mine) => {
  test.each(places)('reads %s only when it is theirs, in every way there is', async (where) => {
    const theirs = mine.includes(where);
    const { id, pages } = made[where];
    await asWho(who, async (tx) => {
      expect(Boolean(await findSpace(tx, where))).toBe(theirs);
      expect(await pageTree(tx, id)).toHaveLength(theirs ? 1 : 0);
      expect((await findPage(tx, id, 'text'))?.revision?.text.includes(`Planted in ${where}`) ?? false).toBe(theirs);
      expect(await listRevisions(tx, pages.text!)).toHaveLength(theirs ? 1 : 0);
      expect(await listControlHistory(tx, { spaceId: id, slug: `control-of-${where}` })).toHaveLength(theirs ? 1 : 0);
    });
  });
  test('lists, counts and choices hold what is theirs and nothing else', async () => {
    await asWho(who, async (tx) => {
      expect((await listSpaces(tx)).map((space) => space.slug).toSorted()).toEqual(mine.toSorted());
      expect((await listControls(tx, all)).map((control) => control.spaceSlug).toSorted()).toEqual(mine.toSorted());
      expect(await countControls(tx)).toBe(mine.length);
      expect((await listChoices(tx)).spaces.map((space) => space.slug).toSorted()).toEqual(mine.toSorted());
      expect(await countMatrix(tx)).toEqual([]);
    });
  });
  test('a permanent address opens only what is theirs, and an absent one looks the same', async () => {
    const codes = await c.behind<{ code: string; slug: string }>('select code, slug from app.controls');
    await asWho(who, async (tx) => {
      for (const { code, slug } of codes) expect(Boolean(await findControl(tx, code))).toBe(mine.some((where) => slug === `control-of-${where}`));
      expect(await findControl(tx, 'zzzzzzzz')).toBeUndefined();
    });
  });
});

test.each<[Who, Where, boolean]>([
  ['visitor', 'open', false],
  ['eve', 'open', false],
  ['karim', 'open', false],
  ['karim', 'circle', true],
  ['amina', 'open', true],
  ['amina', 'lumaria', true],
  ['pita', 'members', true],
  ['mei', 'open', true],
])('%s is shown the way to proposing on %s: %s', async (who, where, may) => {
  expect((await asWho(who, (tx) => findSpace(tx, where)))?.mayPropose).toBe(may);
});

test('a register narrowed by words of a hidden control finds nothing', async () => {
  const found = await asWho('pita', (tx) => listControls(tx, v.parse(Filters, { q: 'lumaria' })));
  expect(found).toEqual([]);
});

test('nobody but a merger writes text, and nobody changes a revision', async () => {
  for (const who of ['visitor', 'eve', 'amina', 'mei', 'noor', 'lucia'] as Who[]) {
    for (const statement of [
      sql`update app.pages set title = 'x' where id = ${made.open.pages.text}`,
      sql`update app.controls set title = 'x'`,
      sql`update app.revisions set text = 'x'`,
      sql`delete from app.revisions`,
      sql`update app.spaces set title = 'x'`,
      sql`delete from app.pages`,
    ]) {
      const changed = await asWho(who, async (tx) => Number((await statement.execute(tx)).numAffectedRows ?? 0)).catch(() => 0);
      expect(changed, who).toBe(0);
    }
  }
});
