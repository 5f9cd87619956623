/** What somebody is writing about a page: who × what, and through the door. It is theirs alone, only while they read the space, and gone when it is proposed. */
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Draft } from '#domains/library/draft.server.ts';
import { dropPageDraft, goOn, keepPageDraft, type Where } from '#domains/library/page-draft.server.ts';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { CIRCLE, type Cast, cast, NAMES, type Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { type MadeSpace, makeSpace, pageText } from '../support/space.ts';

let db: FreshDatabase;
let c: Cast;
let all: MadeSpace;
let circle: MadeSpace;
beforeAll(async () => {
  db = await freshDatabase();
  c = await cast(db);
  all = await makeSpace('rules', 2, { about: pageText('About', 'Words.') });
  circle = await makeSpace('ours', c.audience.circle, { about: pageText('Ours', 'Secret words.') });
});
afterAll(async () => {
  await closePools();
  await db.drop();
});

const blank: Draft = { title: '', reason: '', text: '', retires: [], retry_key: '', base_revision_id: '', control: '' };
const whereIn = (space: MadeSpace): Where => ({ space_id: space.id, place: space.pages['about'] as string, part: '' });
const keep = (actor: Actor, space: MadeSpace, text: string) => as(actor, (tx) => keepPageDraft(tx, whereIn(space), { ...blank, text }));
const tried = (actor: Actor, work: (tx: Tx) => Promise<unknown>) =>
  as(actor, work).then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  );
const seen = (actor: Actor) =>
  as(actor, async (tx) => (await sql<{ text: string }>`select fields ->> 'text' as text from app.page_drafts`.execute(tx)).rows.map(({ text }) => text));

test('kept, written over, gone on with, let go: by its writer alone', async () => {
  await keep(c.as('mei'), all, 'one');
  await keep(c.as('mei'), all, 'two\u0000');
  await keep(c.as('amina'), all, 'of Amina');
  for (const who of NAMES) expect([who, await seen(c.as(who))]).toEqual([who, who === 'mei' ? ['two'] : who === 'amina' ? ['of Amina'] : []]);
  expect(await tried({ kind: 'visitor' }, (tx) => sql`select from app.page_drafts`.execute(tx))).not.toBe('done');
  const found = await as(c.as('mei'), (tx) =>
    goOn(tx, whereIn(all), { values: { ...blank, retry_key: 'new' }, preview: 'before' }, async ({ text }) => `of ${text}`),
  );
  expect(found).toMatchObject({ values: { text: 'two', retry_key: 'new' }, preview: 'of two', kept: { rest: true, at: expect.any(Date) } });
  await as(c.as('amina'), (tx) => dropPageDraft(tx, whereIn(all)));
  expect(await seen(c.as('mei'))).toEqual(['two']);
  expect(await seen(c.as('amina'))).toEqual([]);
});

test('nobody writes for another, nor about what they do not read, nor by a token that only reads', async () => {
  for (const who of ['lucia', 'jonas', 'eve'] as const) {
    await tried(c.as(who), (tx) => sql`update app.page_drafts set fields = '{}'`.execute(tx));
    await tried(c.as(who), (tx) => sql`delete from app.page_drafts`.execute(tx));
    const forged = sql`insert into app.page_drafts (id, member_id, space_id, place, fields) values (gen_random_uuid(), ${c.member.mei}, ${all.id}, gen_random_uuid(), '{}')`;
    expect([who, await tried(c.as(who), (tx) => forged.execute(tx))]).not.toEqual([who, 'done']);
  }
  expect(await seen(c.as('mei'))).toEqual(['two']);
  for (const who of NAMES) {
    const may = CIRCLE.includes(who) ? 'done' : 'refused';
    expect([who, (await tried(c.as(who), (tx) => keepPageDraft(tx, whereIn(circle), blank))) === 'done' ? 'done' : 'refused']).toEqual([who, may]);
  }
  expect(await tried((await c.signIn('mei', ['read'])).actor, (tx) => keepPageDraft(tx, whereIn(all), blank))).not.toBe('done');
  expect(await tried((await c.signIn('mei', ['read', 'write'])).actor, (tx) => keepPageDraft(tx, whereIn(all), { ...blank, text: 'two' }))).toBe('done');
});

test('whoever no longer reads the space no longer reads what they wrote about it', async () => {
  await keep(c.as('karim'), circle, 'quoting secret words');
  expect(await seen(c.as('karim'))).toEqual(['quoting secret words']);
  // A browser keeps nothing of a space that not every member reads.
  const started = { values: blank, preview: '' };
  expect((await as(c.as('karim'), (tx) => goOn(tx, whereIn(circle), started, async () => ''))).kept.rest).toBe(false);
  await c.behind('delete from app.audience_members where member_id = $1 and audience_id = $2', [c.member.karim, c.audience.circle]);
  expect(await seen(c.as('karim'))).toEqual([]);
  expect((await as(c.as('karim'), (tx) => goOn(tx, whereIn(circle), started, async () => 'x'))).preview).toBe('');
});

test('a hundred at most, and none of any length', async () => {
  const many = (who: Name, n: number) =>
    c.behind(
      `insert into app.page_drafts (id, member_id, space_id, place, fields) select gen_random_uuid(), $1, $2, gen_random_uuid(), '{}' from generate_series(1, $3::int)`,
      [c.member[who], all.id, n],
    );
  await many('pita', 99);
  expect(await tried(c.as('pita'), (tx) => keepPageDraft(tx, whereIn(all), blank))).toBe('done');
  await many('pita', 1);
  expect(await tried(c.as('pita'), (tx) => keepPageDraft(tx, { ...whereIn(all), part: 'other' }, blank))).toBe('library.draft.too_many');
  expect(await tried(c.as('mei'), (tx) => keepPageDraft(tx, whereIn(all), { ...blank, text: 'x'.repeat(2_000_000) }))).toBe('library.draft.too_long');
});
