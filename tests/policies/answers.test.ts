/** "Was this useful, what is missing": counted for whoever keeps the page, words to those people alone. */
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answerPage, myAnswer } from '#domains/library/upkeep/answer-page.server.ts';
import { findUpkeep, listUpkeep } from '#domains/library/upkeep/queries.server.ts';
import { setUpkeep } from '#domains/library/upkeep/set-upkeep.server.ts';
import { as, type Actor, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { newId } from '#platform/ids.ts';
import { type Cast, cast, NAMES, type Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { ownKeys } from '../support/keys.ts';
import { makeSpace, pageText } from '../support/space.ts';

type Who = Name | 'visitor' | 'reader' | 'suspended';
let db: FreshDatabase;
let c: Cast;
let page: string;
let open: string;
let secret: string;
const actors = {} as Record<Who, Actor>;
const EVERYONE: Who[] = ['visitor', ...NAMES, 'reader', 'suspended'];

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
  page = (await makeSpace('rules', 2, { rules: pageText('Rules', 'Words.') })).pages['rules']!;
  open = (await makeSpace('open', 1, { open: pageText('Open', 'Words.') })).pages['open']!;
  secret = (await makeSpace('ours', c.audience.circle, { ours: pageText('Ours', 'Secret words.') })).pages['ours']!;
});
afterAll(async () => {
  await closePools();
  await db.drop();
});

const run = <T>(who: Who, work: (tx: Tx) => Promise<T>) => as(actors[who], work);
const tried = (who: Who, work: (tx: Tx) => Promise<unknown>) =>
  run(who, work).then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  );
const say = (who: Who, id: string, useful: boolean, words = '') => tried(who, (tx) => answerPage(tx, id, { useful, words }));
const counts = async (who: Who, id: string) => {
  const found = await run(who, (tx) => findUpkeep(tx, id));
  return found && [found.useful, found.not_useful];
};
/** Who reads a message with these words. */
async function readers(words: string): Promise<Name[]> {
  const found: Name[] = [];
  for (const who of NAMES)
    if ((await run(who, async (tx) => (await sql`select id from app.messages where body like ${`${words}%`}`.execute(tx)).rows)).length) found.push(who);
  return found;
}

test('whoever is signed in and reads says so, once each, and changes their mind', async () => {
  const able = async (id: string) => {
    const found: Who[] = [];
    for (const who of EVERYONE) if ((await say(who, id, true)) === 'done') found.push(who);
    return found;
  };
  expect(await able(page)).toEqual(['amina', 'jonas', 'mei', 'pita', 'lucia', 'noor']);
  expect(await able(open)).toEqual([...NAMES]);
  expect(await able(secret)).toEqual(['amina', 'jonas', 'mei', 'karim']);
  expect(await say('noor', secret, true), 'absent and not theirs').toBe(await say('noor', newId(), true));
  await say('amina', page, false);
  expect([await run('amina', (tx) => myAnswer(tx, page)), await run('pita', (tx) => myAnswer(tx, page)), await run('eve', (tx) => myAnswer(tx, page))]).toEqual(
    [false, true, null],
  );
  expect(await run('mei', async (tx) => (await sql`select * from app.page_answers where member_id <> app.me()`.execute(tx)).rows), 'never who').toEqual([]);
  const forged = `insert into app.page_answers (member_id, page_id, audience_id, useful) values ('${c.member.jonas}', '${page}', 2, false) on conflict (member_id, page_id) do update set useful = false`;
  expect(await tried('noor', (tx) => sql.raw(forged).execute(tx))).not.toBe('done');
});

test('the counts are for the owner and whoever decides', async () => {
  for (const who of ['mei', 'noor'] as const) expect(await counts(who, page)).toEqual([5, 1]);
  for (const who of ['amina', 'pita', 'lucia', 'reader'] as const) expect(await counts(who, page)).toEqual([null, null]);
  await run('mei', (tx) => setUpkeep(tx, page, { owner: `organization:${c.organization['tavola-regulator']}` }));
  expect([await counts('pita', page), await counts('amina', page)]).toEqual([
    [5, 1],
    [null, null],
  ]);
  expect((await run('noor', (tx) => listUpkeep(tx))).map(({ path, useful }) => `${path} ${useful}`)).toEqual(['open 8', 'rules 5']);
});

test('words go to the owner; without one to those who decide and read; to nobody else', async () => {
  const said = await run('amina', (tx) => answerPage(tx, page, { useful: false, words: 'For the owner', retry_key: newId() }));
  expect(said.conversation).toMatch(/^\/messages\//);
  expect(await readers('For the owner')).toEqual(['amina', 'pita']);
  expect(await say('pita', page, true, 'From the owner'), 'to those who decide').toBe('done');
  expect(await readers('From the owner')).toEqual(['mei', 'pita', 'noor']);
  expect(await say('karim', secret, true, 'Of the circle')).toBe('done');
  expect(await readers('Of the circle'), 'Noor decides, and does not read the circle').toEqual(['mei', 'karim']);
  const [told] = await c.behind<{ marking: string; title: string }>(
    `select m.marking, t.title from app.messages m join app.threads t on t.id = m.thread_id where m.body like 'Of the circle%'`,
  );
  expect([told!.marking, told!.title]).toEqual(['TLP:AMBER', 'Ours']);
  // Eve meets nobody here; what she found is counted all the same when she writes nothing.
  expect(await say('eve', open, false, 'Hello')).toBe('library.answer.nobody');
  expect(await say('visitor', open, true, 'Hello')).toBe('common.not_found');
});

test('bad input says what is wrong, the same form is one message, and there is an end to it', async () => {
  expect(await tried('amina', (tx) => answerPage(tx, page, { words: 'Only words' }))).toBe('library.answer.useful_missing');
  expect(await say('amina', page, true, 'x'.repeat(5001))).toBe('library.answer.words_long');
  const twice = { useful: true, words: 'Sent twice', retry_key: newId() };
  for (const _ of [1, 2]) await run('jonas', (tx) => answerPage(tx, page, twice));
  expect((await c.behind(`select id from app.messages where body like 'Sent twice%'`)).length).toBe(1);
  let last = '';
  for (let n = 0; n < 31; n++) last = await say('lucia', open, true);
  expect(last).toBe('library.answer.too_often');
});
