/** Who may do what with a change request, in a public space, one for all members, and one for a circle. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { declineChangeRequest, withdrawChangeRequest } from '#domains/library/close-change-request.server.ts';
import { mergeChangeRequest } from '#domains/library/merge-change-request.server.ts';
import { openChangeRequest } from '#domains/library/open-change-request.server.ts';
import { findChangeRequest, listChangeRequests, listHappenings, listRequestPages } from '#domains/library/queries/change-requests.server.ts';
import { updateChangeRequest } from '#domains/library/update-change-request.server.ts';
import { findMyByline } from '#domains/people/my-byline.server.ts';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { newId } from '#platform/ids.ts';
import { type Cast, cast, type Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { type MadeSpace, makeSpace, pageText } from '../support/space.ts';

type Place = 'public' | 'everyone' | 'circle';
type Who = Name | 'visitor';
const PEOPLE: Who[] = ['visitor', 'eve', 'karim', 'pita', 'amina', 'mei', 'noor', 'lucia'];
let db: FreshDatabase;
let c: Cast;
const spaces = {} as Record<Place, MadeSpace>;

beforeAll(async () => {
  db = await freshDatabase();
  c = await cast(db);
  for (const [place, audience] of [
    ['public', 1],
    ['everyone', 2],
    ['circle', c.audience.circle],
  ] as const)
    spaces[place] = await makeSpace(place, audience, { page: pageText('Page', 'First words.', 'Second words.') });
});
afterAll(async () => {
  await closePools();
  await db.drop();
});

const actor = (who: Who): Actor => (who === 'visitor' ? { kind: 'visitor' } : c.as(who));
const run = <T>(who: Who, work: (tx: Tx) => Promise<T>) => as(actor(who), work);
/** yes, or no: a refusal of ours, never an error of the machine. */
const may = (promise: Promise<unknown>) =>
  promise.then(
    () => 'yes',
    (error: { status?: number; code?: string }) => ([403, 404].includes(error.status ?? 0) ? 'no' : String(error.code ?? error)),
  );

const base = async (tx: Tx, place: Place) =>
  tx
    .selectFrom('app.pages as p')
    .innerJoin('app.revisions as r', 'r.id', 'p.revision_id')
    .select(['r.id', 'r.text'])
    .where('p.id', '=', spaces[place].pages['page']!)
    .executeTakeFirstOrThrow();

/** As whoever asks, under a byline that they may not even have. */
async function propose(who: Who, place: Place): Promise<string> {
  const now = await as({ kind: 'clerk' }, (tx) => base(tx, place));
  const byline_id = who === 'visitor' ? c.byline.amina : c.byline[who];
  const change = {
    action: 'edit' as const,
    page_id: spaces[place].pages['page']!,
    base_revision_id: now.id,
    path: 'page',
    parent_path: null,
    position: null,
    text: `${now.text}\nBy ${who}.\n`,
    retires: [],
  };
  const made = await run(who, (tx) =>
    openChangeRequest(tx, { space_id: spaces[place].id, title: 'A change', reason: 'Because', retry_key: newId(), byline_id, pages: [change] }),
  );
  return made.id;
}
const bylineOf = (who: Who) => (who === 'visitor' ? c.byline.mei : c.byline[who]);
const acts = {
  read: async (who: Who, id: string) => {
    const found = await run(who, (tx) => findChangeRequest(tx, { id }));
    const seen = [
      found !== undefined,
      (await run(who, (tx) => listChangeRequests(tx))).some((row) => row.id === id),
      (await run(who, (tx) => listRequestPages(tx, id))).length > 0,
      (await run(who, (tx) => listHappenings(tx, id))).length > 0,
    ];
    expect(new Set(seen).size, 'every query agrees').toBe(1);
    return seen[0] ? 'yes' : 'no';
  },
  update: (who: Who, id: string, place: Place) =>
    may(
      run(who, async (tx) => {
        const now = await base(tx, place).catch(() => ({ id: newId(), text: '' }));
        await updateChangeRequest(tx, {
          id,
          byline_id: bylineOf(who),
          page: { page_id: spaces[place].pages['page']!, base_revision_id: now.id, retires: [], text: `${now.text}\nReworded by ${who}.\n` },
        });
      }),
    ),
  withdraw: (who: Who, id: string) => may(run(who, (tx) => withdrawChangeRequest(tx, { id, byline_id: bylineOf(who), reason: '' }))),
  decline: (who: Who, id: string) => may(run(who, (tx) => declineChangeRequest(tx, { id, byline_id: bylineOf(who), reason: 'No' }))),
  merge: (who: Who, id: string) => may(run(who, (tx) => mergeChangeRequest(tx, { id, byline_id: bylineOf(who) }))),
};

test('Eve is signed in and an outsider: she belongs to nothing but the public', async () => {
  expect(await run('eve', async (tx) => (await sql<{ a: number }>`select my_audiences as a from app.my_audiences()`.execute(tx)).rows)).toEqual([{ a: 1 }]);
  expect(await run('eve', findMyByline)).toBe(c.byline.eve);
});

// Pita is no member of the circle; Karim is its guest. Mei reviews, Noor edits, and Noor is outside the circle.
const reads: Record<Place, Who[]> = { public: PEOPLE, everyone: ['pita', 'amina', 'mei', 'noor', 'lucia'], circle: ['karim', 'amina', 'mei'] };
const opens: Record<Place, Who[]> = {
  public: ['pita', 'amina', 'mei', 'noor', 'lucia'],
  everyone: ['pita', 'amina', 'mei', 'noor', 'lucia'],
  circle: ['karim', 'amina', 'mei'],
};
const decides: Record<Place, Who[]> = { public: ['mei', 'noor'], everyone: ['mei', 'noor'], circle: ['mei'] };
const cases = (['public', 'everyone', 'circle'] as const).flatMap((place) => PEOPLE.map((who) => [place, who] as const));
const yes = (list: Who[], who: Who) => (list.includes(who) ? 'yes' : 'no');

describe('in each space', () => {
  test.each(cases)('%s: %s opens, and with an own request updates and withdraws, but never decides', async (place, who) => {
    expect(await may(propose(who, place))).toBe(yes(opens[place], who));
    if (!opens[place].includes(who)) return;
    const id = await propose(who, place);
    expect(await run(who, (tx) => findChangeRequest(tx, { id }))).toMatchObject({ mine: true, may_withdraw: true, may_decide: false });
    expect(await acts.merge(who, id)).toBe('no');
    expect(await acts.decline(who, id)).toBe('no');
    expect(await acts.update(who, id, place)).toBe('yes');
    expect(await acts.withdraw(who, id)).toBe('yes');
    expect(await acts.update(who, id, place)).toBe('library.change_request.not_open');
  });

  test.each(cases)('%s: %s reads, and decides, about somebody else’s', async (place, who) => {
    const author = who === 'amina' ? 'mei' : 'amina';
    const id = await propose(author, place);
    expect(await acts.read(who, id)).toBe(yes(reads[place], who));
    if (reads[place].includes(who))
      expect(await run(who, (tx) => findChangeRequest(tx, { id }))).toMatchObject({
        mine: false,
        may_withdraw: false,
        may_decide: decides[place].includes(who),
      });
    expect(await acts.update(who, id, place)).toBe('no');
    expect(await acts.withdraw(who, id)).toBe('no');
    expect(await acts.decline(who, await propose(author, place))).toBe(yes(decides[place], who));
    expect(await acts.merge(who, id)).toBe(yes(decides[place], who));
  });
});

test('nobody proposes under a name that is not theirs', async () => {
  const now = await as({ kind: 'clerk' }, (tx) => base(tx, 'public'));
  const forged = run('pita', (tx) =>
    openChangeRequest(tx, {
      space_id: spaces.public.id,
      title: 'A change',
      reason: 'Because',
      retry_key: newId(),
      byline_id: c.byline.amina,
      pages: [
        {
          action: 'edit',
          page_id: spaces.public.pages['page']!,
          base_revision_id: now.id,
          path: 'page',
          parent_path: null,
          position: null,
          text: `${now.text}\nForged.\n`,
          retires: [],
        },
      ],
    }),
  );
  expect(await may(forged)).toBe('no');
});

test('a token that may only read proposes and decides nothing', async () => {
  const id = await propose('amina', 'public');
  const { actor: token } = await c.signIn('mei', ['read']);
  expect(await as(token, (tx) => findChangeRequest(tx, { id }))).toMatchObject({ may_decide: false });
  expect(await may(as(token, (tx) => mergeChangeRequest(tx, { id, byline_id: c.byline.mei })))).toBe('no');
});
