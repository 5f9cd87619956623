/** Watching: mine alone, told once of what happens, and nothing to whoever does not read it any more. */
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { tell } from '#domains/conversations/telling/tell.server.ts';
import { declineChangeRequest } from '#domains/library/close-change-request.server.ts';
import { listRequestRings, ringAddress } from '#domains/library/deciding/bell.server.ts';
import { tellDeciders } from '#domains/library/deciding/tell-deciders.server.ts';
import { prepareEdition } from '#domains/library/editions/prepare-edition.server.ts';
import { publishEdition } from '#domains/library/editions/publish-edition.server.ts';
import { mergeChangeRequest } from '#domains/library/merge-change-request.server.ts';
import { openChangeRequest } from '#domains/library/open-change-request.server.ts';
import { seePage } from '#domains/library/upkeep/queries.server.ts';
import { listWatches, setWatch } from '#domains/library/watching/watch.server.ts';
import { as, type Actor, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { newId } from '#platform/ids.ts';
import { type Cast, cast, NAMES, type Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { ownKeys } from '../support/keys.ts';
import { controlText, type MadeSpace, makeSpace, pageText } from '../support/space.ts';

type Who = Name | 'visitor' | 'reader' | 'suspended';
let db: FreshDatabase;
let c: Cast;
let rules: MadeSpace;
let ours: MadeSpace;
const actors = {} as Record<Who, Actor>;
const EVERYONE: Who[] = ['visitor', ...NAMES, 'reader', 'suspended'];
const first = pageText('Rules', 'First words.', controlText('ask', 'Ask first', 'Ask before.'), controlText('tell', 'Tell after', 'Tell then.'));

beforeAll(async () => {
  db = await freshDatabase();
  await ownKeys(db.owner);
  c = await cast(db);
  for (const name of NAMES) actors[name] = c.as(name);
  actors.visitor = { kind: 'visitor' };
  actors.reader = (await c.signIn('pita', ['read'])).actor;
  const [gone] = await c.behind<{ id: string }>(
    `insert into app.members (id, slug, name, status) values (gen_random_uuid(), 'sus', 'Sus', 'suspended') returning id`,
  );
  actors.suspended = { kind: 'clerk', as: gone!.id };
  rules = await makeSpace('rules', 2, { rules: first, more: pageText('More', 'Words.') });
  ours = await makeSpace('ours', c.audience.circle, { ours: pageText('Ours', 'Secret words.') });
});
afterAll(async () => {
  await closePools();
  await db.drop();
});
beforeEach(() => c.behind('delete from app.request_notices; delete from app.watches'));

const run = <T>(who: Who, work: (tx: Tx) => Promise<T>) => as(actors[who], work);
const tried = (who: Who, work: (tx: Tx) => Promise<unknown>) =>
  run(who, work).then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  );
const watch = (who: Who, kind: 'page' | 'control' | 'space', id: string, watching = true) => tried(who, (tx) => setWatch(tx, { kind, id, watching }));
const controlId = async (slug: string) => (await c.behind<{ id: string }>('select id from app.controls where slug = $1', [slug]))[0]!.id;
const rings = async (who: Name) => {
  await tell();
  return (await run(who, listRequestRings)).map((ring) => `${ring.kind} ${ringAddress(ring)} ${ring.words}`);
};
async function propose(who: Name, space: MadeSpace, pages: Record<string, string | null>): Promise<{ id: string; number: number }> {
  const wanted = await Promise.all(
    Object.entries(pages).map(async ([path, text]) => {
      const [now] = await c.behind<{ id: string }>('select revision_id as id from app.pages where id = $1', [space.pages[path]]);
      const action = text === null ? ('retire' as const) : ('edit' as const);
      return { action, page_id: space.pages[path]!, base_revision_id: now!.id, path, parent_path: null, position: null, text: text ?? '', retires: [] };
    }),
  );
  const request = { space_id: space.id, title: 'Better', reason: 'It was not clear', retry_key: newId(), byline_id: c.byline[who], pages: wanted };
  return run(who, (tx) => openChangeRequest(tx, request));
}
const merge = (id: string) => run('mei', (tx) => mergeChangeRequest(tx, { id, byline_id: c.byline.mei, reason: 'Agreed' }));
/** A day goes by for every mail that waits. */
const mails = async () => {
  await tell();
  await c.behind(`update app.request_notices set at = at - interval '2 days', mail_due = mail_due - interval '2 days'`);
  return tellDeciders();
};
const changed = (words: string) => pageText('Rules', words, controlText('ask', 'Ask first', 'Ask before.'), controlText('tell', 'Tell after', 'Tell then.'));

test('one watches what one reads, and nobody else sees it', async () => {
  const able = async (kind: 'page' | 'space', id: string) => {
    const found: Who[] = [];
    for (const who of EVERYONE) if ((await watch(who, kind, id)) === 'done') found.push(who);
    return found;
  };
  expect(await able('page', rules.pages['rules']!)).toEqual(['amina', 'jonas', 'mei', 'pita', 'lucia', 'noor']);
  expect(await able('page', ours.pages['ours']!)).toEqual(['amina', 'jonas', 'mei', 'karim']);
  expect(await able('space', ours.id)).toEqual(['amina', 'jonas', 'mei', 'karim']);
  expect(await watch('noor', 'page', ours.pages['ours']!), 'absent and not theirs').toBe(await watch('noor', 'page', newId()));
  expect((await run('karim', listWatches)).map(({ kind, address }) => [kind, address])).toEqual([
    ['space', '/library/ours'],
    ['page', '/library/ours/ours'],
  ]);
  expect(await run('noor', async (tx) => (await sql`select * from app.watches where member_id <> app.me()`.execute(tx)).rows)).toEqual([]);
  const forged = `insert into app.watches (member_id, audience_id, page_id) values ('${c.member.amina}', 2, '${rules.pages['more']}')`;
  expect(await tried('noor', (tx) => sql.raw(forged).execute(tx)), 'for somebody else').not.toBe('done');
  expect(await watch('karim', 'space', ours.id, false)).toBe('done');
  expect((await run('karim', listWatches)).length).toBe(1);
});

test('told once of what is proposed and decided, with its reason; never of what one did oneself', async () => {
  for (const who of ['pita', 'noor', 'lucia'] as const) await watch(who, 'page', rules.pages['rules']!);
  await watch('lucia', 'space', rules.id);
  await watch('jonas', 'page', rules.pages['more']!);
  const { id, number } = await propose('noor', rules, { rules: changed('Second words.') });
  expect(await rings('pita')).toEqual([`watched_opened /changes/rules/${number} It was not clear`]);
  expect(await rings('lucia'), 'by two ways, once').toEqual([`watched_opened /changes/rules/${number} It was not clear`]);
  expect([await rings('noor'), await rings('jonas')]).toEqual([[], []]);
  await merge(id);
  expect(await rings('pita'), 'the decision takes the place of the proposal').toEqual(['watched_merged /library/rules/rules It was not clear']);
  expect(await rings('noor'), 'its author is told already').toEqual([`merged /changes/rules/${number} null`]);
  expect([await mails(), await mails()], 'one mail each').toEqual([3, 0]);
  await run('pita', (tx) => seePage(tx, rules.pages['rules']!));
  expect(await rings('pita')).toEqual([]);
  const other = await propose('noor', rules, { rules: changed('Third words.') });
  await run('mei', (tx) => declineChangeRequest(tx, { id: other.id, byline_id: c.byline.mei, reason: 'Not needed' }));
  expect(await rings('pita')).toEqual([`watched_declined /changes/rules/${other.number} Not needed`]);
});

test('of a control when its own words are touched', async () => {
  await watch('pita', 'control', await controlId('ask'));
  await watch('jonas', 'control', await controlId('tell'));
  const { id } = await propose('noor', rules, { rules: changed('Fourth words.').replace('Ask before.', 'Ask well before.') });
  expect([(await rings('pita')).length, (await rings('jonas')).length]).toEqual([1, 0]);
  await merge(id);
  expect([await rings('pita'), await rings('jonas')]).toEqual([['watched_merged /library/rules/rules It was not clear'], []]);
});

test('of an edition, and of a page that is withdrawn', async () => {
  await watch('pita', 'page', rules.pages['more']!);
  await watch('jonas', 'space', ours.id);
  await run('noor', (tx) => prepareEdition(tx, { space_id: rules.id, byline_id: c.byline.noor, number: '1.0', dated_on: null, words: 'The first' }));
  const [edition] = await c.behind<{ id: string }>('select id from app.editions');
  const { actor } = await c.signIn('noor');
  await as(actor, (tx) => publishEdition(tx, { id: edition!.id, byline_id: c.byline.noor }));
  expect([await rings('pita'), await rings('jonas')]).toEqual([['watched_edition /library/rules/editions/1.0 The first'], []]);
  await run('pita', (tx) => seePage(tx, edition!.id));
  await merge((await propose('noor', rules, { more: null })).id);
  expect(await rings('pita')).toEqual(['watched_retired /library/rules/more It was not clear']);
});

test('whoever lost the right to read, or watches no more, is told nothing; a circle’s title goes by no mail', async () => {
  for (const who of ['jonas', 'karim', 'amina'] as const) await watch(who, 'page', ours.pages['ours']!);
  const { id } = await propose('mei', ours, { ours: pageText('Ours', 'Other secret words.') });
  await tell();
  await c.behind(`delete from app.audience_members where audience_id = $1 and member_id = $2`, [c.audience.circle, c.member.jonas]);
  await watch('amina', 'page', ours.pages['ours']!, false);
  expect([await rings('jonas'), await rings('amina'), (await rings('karim')).length]).toEqual([[], [], 1]);
  expect(await run('jonas', async (tx) => (await sql`select id from app.request_notices`.execute(tx)).rows)).toEqual([]);
  await c.behind(`update app.request_notices set mail_due = now() - interval '1 minute'`);
  const claimed = await as(
    { kind: 'clerk' },
    async (tx) => (await sql<{ name: string; items: object[] }>`select name, items from app.claim_request_mails(9)`.execute(tx)).rows,
  );
  expect(claimed.map(({ name, items }) => [name, items])).toEqual([
    ['Karim', [expect.objectContaining({ kind: 'watched_opened', title: null, words: null, page: null })]],
  ]);
  // Nothing that happens from here on is written down for whoever is out.
  await c.behind('delete from app.request_notices');
  await as({ kind: 'clerk' }, (tx) => mergeChangeRequest(tx, { id, byline_id: ours.authorId }));
  expect([await rings('jonas'), (await rings('karim')).length]).toEqual([[], 1]);
});
