/** A draft that several write: who × what. Its author and whom they asked along, each only while they could propose in its space; and nobody, not even them, changes what was written. */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import * as Y from 'yjs';
import type { Draft } from '#domains/library/draft.server.ts';
import { appendUpdate, stateOf } from '#domains/library/together/append-update.server.ts';
import { documentOf, fieldsOf, firstUpdate, putFields } from '#domains/library/together/document.ts';
import { openLine, stopLines } from '#domains/library/together/line.server.ts';
import { findShared, listEligible, listShared } from '#domains/library/together/queries.server.ts';
import { sayHere } from '#domains/library/together/say-here.server.ts';
import { saveForm, shareDraft } from '#domains/library/together/share-draft.server.ts';
import { askAlong, closeShared, endAlong } from '#domains/library/together/share-with.server.ts';
import { closeBus, connectBus } from '#platform/bus/bus.server.ts';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { CIRCLE, type Cast, cast, NAMES, type Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { type MadeSpace, makeSpace, pageText } from '../support/space.ts';

let db: FreshDatabase;
let c: Cast;
let all: MadeSpace;
let circle: MadeSpace;
let open: MadeSpace;
/** Amina's draft in the space of all members, with Mei; and in the circle's, with Karim. */
let draft: string;
let ours: string;
const text = 'Words of this page.\n\nMore of them.\n';

beforeAll(async () => {
  db = await freshDatabase();
  connectBus();
  c = await cast(db);
  all = await makeSpace('rules', 2, { about: pageText('About', 'Words.') });
  circle = await makeSpace('ours', c.audience.circle, { about: pageText('Ours', 'Secret words.') });
  open = await makeSpace('open', 1, { about: pageText('Open', 'Open words.') });
  draft = await share('amina', all);
  ours = await share('amina', circle);
  await as(c.as('amina'), (tx) => askAlong(tx, draft, 'mei'));
  // By their name as people write it, too.
  await as(c.as('amina'), (tx) => askAlong(tx, ours, ' KARIM '));
});
afterAll(async () => {
  stopLines();
  await closeBus();
  await closePools();
  await db.drop();
});

async function share(who: Name, space: MadeSpace): Promise<string> {
  const place = space.pages['about'] as string;
  const [page] = await c.behind<{ revision_id: string }>('select revision_id from app.pages where id = $1', [place]);
  const values: Draft = { title: '', reason: '', text, retires: [], retry_key: randomUUID(), base_revision_id: page!.revision_id, control: '' };
  return as(c.as(who), (tx) => shareDraft(tx, { space_id: space.id, place, part: '' }, values));
}
const tried = (actor: Actor, work: (tx: Tx) => Promise<unknown>) =>
  as(actor, work).then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  );
const words = (id: string) => as(c.as('amina'), async (tx) => fieldsOf((await stateOf(tx, id)).doc).text);
/** One more word, typed by somebody at a new window. */
const typing =
  (id: string, word: string, clock = 1) =>
  async (tx: Tx) => {
    const { rows } = await sql<{ bytes: Buffer }>`select bytes from app.shared_draft_updates where shared_draft_id = ${id} order by number`.execute(tx);
    const doc = documentOf(rows.map(({ bytes }) => bytes));
    const before = Y.encodeStateVector(doc);
    putFields(doc, { text: `${fieldsOf(doc).text}${word}\n` });
    return appendUpdate(tx, id, { client: randomUUID(), clock, update: Buffer.from(Y.encodeStateAsUpdate(doc, before)).toString('base64') });
  };

test('read, written and listed by its author and whom they asked along, and by nobody else', async () => {
  for (const who of NAMES) {
    for (const [id, writers] of [
      [draft, ['amina', 'mei']],
      [ours, ['amina', 'karim']],
    ] as const) {
      const may = writers.some((each) => each === who);
      expect([who, await tried(c.as(who), (tx) => findShared(tx, id))]).toEqual([who, may ? 'done' : 'common.not_found']);
      expect([who, await tried(c.as(who), typing(id, `by ${who}`))]).toEqual([who, may ? 'done' : 'common.not_found']);
      expect([who, await tried(c.as(who), (tx) => sql`select app.hold_shared_draft(${id})`.execute(tx))]).toEqual([who, may ? 'done' : 'common.not_found']);
      expect([who, await tried(c.as(who), (tx) => sayHere(tx, id, { client: randomUUID(), field: 'text', at: '' }))]).toEqual([
        who,
        may ? 'done' : 'common.not_found',
      ]);
      // Who writes it, how much and what was typed tells only its writers.
      for (const table of ['shared_drafts', 'shared_draft_writers', 'shared_draft_updates', 'shared_draft_states'])
        expect([
          who,
          table,
          (
            await as(c.as(who), (tx) =>
              sql`select from app.${sql.ref(table)} where ${sql.ref(table === 'shared_drafts' ? 'id' : 'shared_draft_id')} = ${id}`.execute(tx),
            )
          ).rows.length > 0,
        ]).toEqual([who, table, may && table !== 'shared_draft_states']);
    }
    expect([who, (await as(c.as(who), listShared)).map(({ id }) => id).sort()]).toEqual([
      who,
      { amina: [draft, ours].sort(), mei: [draft], karim: [ours] }[who as string] ?? [],
    ]);
  }
  expect(await tried({ kind: 'visitor' }, (tx) => findShared(tx, draft))).not.toBe('done');
  expect(await words(draft)).toBe(`${text}by amina\nby mei\n`);
});

test('begun where one may propose, and by two presses once', async () => {
  const may: Record<string, readonly Name[]> = {
    rules: NAMES.filter((who) => !['karim', 'eve'].includes(who)),
    ours: CIRCLE,
    open: NAMES.filter((who) => !['karim', 'eve'].includes(who)),
  };
  for (const who of NAMES)
    for (const space of [all, circle, open]) {
      const first = await share(who, space).catch(() => undefined);
      expect([who, space.slug, first !== undefined]).toEqual([who, space.slug, may[space.slug]!.includes(who)]);
      if (first) expect(await share(who, space)).toBe(first);
    }
  const forged = sql`insert into app.shared_drafts (id, member_id, space_id, place, retry_key) values (gen_random_uuid(), ${c.member.mei}, ${all.id}, gen_random_uuid(), gen_random_uuid())`;
  for (const who of ['eve', 'jonas'] as const) expect([who, await tried(c.as(who), (tx) => forged.execute(tx))]).not.toEqual([who, 'done']);
});

test('only the author asks along, only whom the space admits; nobody asks themselves', async () => {
  for (const who of NAMES.filter((each) => each !== 'amina'))
    expect([who, await tried(c.as(who), (tx) => askAlong(tx, draft, who))]).not.toEqual([who, 'done']);
  for (const who of ['mei', 'eve'] as const) expect(await tried(c.as(who), (tx) => askAlong(tx, draft, 'pita'))).toMatch(/not_found|not_eligible/);
  for (const [id, who] of [
    [draft, 'karim'],
    [draft, 'eve'],
    [draft, 'nobody-at-all'],
    [draft, 'amina'],
    [ours, 'pita'],
  ] as const)
    expect([who, await tried(c.as('amina'), (tx) => askAlong(tx, id, who))]).toEqual([who, 'library.together.not_eligible']);
  const eligible = await as(c.as('amina'), async (tx) => listEligible(tx, ours));
  expect(eligible.map(({ slug }) => slug).sort()).toEqual(['jonas', 'mei']);
  for (const who of ['mei', 'eve', 'jonas'] as const) {
    expect([who, await tried(c.as(who), (tx) => closeShared(tx, draft))]).toEqual([who, 'common.not_found']);
    expect([who, await tried(c.as(who), (tx) => endAlong(tx, draft, 'amina'))]).not.toEqual([who, 'done']);
  }
});

test('nothing that was written is changed or taken away, and what is no change of this draft is refused whole', async () => {
  const before = await c.behind('select * from app.shared_draft_updates order by shared_draft_id, number');
  for (const who of ['amina', 'mei', 'eve'] as const)
    for (const attack of [
      sql`update app.shared_draft_updates set bytes = '\\x00'`,
      sql`delete from app.shared_draft_updates`,
      sql`insert into app.shared_draft_updates (shared_draft_id, number, client, clock, bytes) values (${draft}, 999, gen_random_uuid(), 1, '\\x00')`,
      sql`update app.shared_drafts set last_number = 0`,
      sql`delete from app.shared_drafts`,
    ])
      expect([who, await tried(c.as(who), (tx) => attack.execute(tx))]).not.toEqual([who, 'done']);
  const other = documentOf([firstUpdate({ text: 'Of another.\n' })]);
  const start = Y.encodeStateVector(other);
  putFields(other, { text: 'Of another draft.\n' });
  const send = (bytes: Uint8Array) =>
    tried(c.as('mei'), (tx) => appendUpdate(tx, draft, { client: randomUUID(), clock: 1, update: Buffer.from(bytes).toString('base64') }));
  expect(await send(Y.encodeStateAsUpdate(other, start))).toBe('library.together.gap');
  expect(await send(new TextEncoder().encode('<script>'))).toBe('library.together.malformed');
  expect(await send(new Uint8Array(700_000))).toBe('library.together.too_large');
  // Refused, and the draft goes on from where it was.
  expect(await c.behind('select * from app.shared_draft_updates order by shared_draft_id, number')).toEqual(before);
  expect(await tried(c.as('mei'), typing(draft, 'after all that'))).toBe('done');
  expect(await words(draft)).toContain('after all that');
});

test('the same update twice is taken once, another under its number is refused, none is left out', async () => {
  const client = randomUUID();
  const make = async (word: string) => {
    const { doc } = await as(c.as('mei'), (tx) => stateOf(tx, draft));
    const before = Y.encodeStateVector(doc);
    putFields(doc, { text: `${fieldsOf(doc).text}${word}\n` });
    return Buffer.from(Y.encodeStateAsUpdate(doc, before)).toString('base64');
  };
  const update = await make('once');
  const send = (clock: number, bytes: string) => as(c.as('mei'), (tx) => appendUpdate(tx, draft, { client, clock, update: bytes }));
  const first = await send(1, update);
  expect(await send(1, update)).toEqual(first);
  await expect(send(1, await make('other'))).rejects.toMatchObject({ code: 'library.together.other_update' });
  await expect(send(3, await make('later'))).rejects.toMatchObject({ code: 'library.together.gap' });
  expect((await words(draft)).split('once').length).toBe(2);
  // A token that only reads reads along and writes nothing.
  const reading = (await c.signIn('mei', ['read'])).actor;
  expect(await tried(reading, (tx) => findShared(tx, draft))).toBe('done');
  expect(await tried(reading, typing(draft, 'by token'))).toBe('common.not_found');
  expect(await tried((await c.signIn('mei', ['read', 'write'])).actor, typing(draft, 'by token'))).toBe('done');
});

test('a form sent whole changes what its writer changed; a number the draft never had is refused', async () => {
  const { number, doc } = await as(c.as('mei'), (tx) => stateOf(tx, draft));
  const was = fieldsOf(doc).text;
  await as(c.as('amina'), typing(draft, 'typed meanwhile'));
  await as(c.as('mei'), (tx) => saveForm(tx, draft, number, { text: was.replace('More of them.', 'More of them, by form.') }));
  expect(await words(draft)).toContain('More of them, by form.');
  expect(await words(draft)).toContain('typed meanwhile');
  // Pressed twice, or sent again after going back: what is there already is not put in once more.
  const again = was.replace('More of them.', 'More of them, by form.');
  await Promise.all([1, 2].map(() => as(c.as('mei'), (tx) => saveForm(tx, draft, number, { text: again }))));
  await as(c.as('mei'), (tx) => saveForm(tx, draft, number, { text: again.replace('Words of', 'The words of') }));
  expect((await words(draft)).match(/by form|The words of/g)?.sort()).toEqual(['The words of', 'by form']);
  for (const from of [0, 10_000, Number.NaN])
    expect(await tried(c.as('mei'), (tx) => saveForm(tx, draft, from, { text: 'gone' }))).toBe('library.together.gap');
});

test('whose right ends in the middle writes nothing more, reads nothing more and hears nothing more', async () => {
  const { key, actor } = await c.signIn('mei');
  const eve = await c.signIn('eve');
  const line = listen(key);
  const outside = listen(eve.key);
  await as(c.as('amina'), typing(draft, 'heard by Mei'));
  await vi.waitFor(() => expect(line.words()).toContain('heard by Mei'), { timeout: 60_000 });
  await vi.waitFor(() => expect(outside.ended).toBe(true), { timeout: 60_000 });
  expect(outside.text).toBe('retry: 2000\n\n');
  await as(c.as('amina'), (tx) => sayHere(tx, draft, { client: randomUUID(), field: 'text', at: 'x' }));
  await vi.waitFor(() => expect(line.text).toContain('"name":"Amina"'), { timeout: 60_000 });
  await as(c.as('amina'), (tx) => endAlong(tx, draft, 'mei'));
  await as(c.as('amina'), typing(draft, 'behind her back'));
  await vi.waitFor(() => expect(line.ended).toBe(true), { timeout: 60_000 });
  expect(line.words()).not.toContain('behind her back');
  expect(await tried(actor, typing(draft, 'too late'))).toBe('common.not_found');
  expect(await tried(actor, (tx) => findShared(tx, draft))).toBe('common.not_found');
  // Coming back, or by another way: nothing.
  const again = listen(key);
  await vi.waitFor(() => expect(again.ended).toBe(true), { timeout: 60_000 });
  expect(again.text).toBe('retry: 2000\n\n');
  // Who was asked along and left the circle has no right either, though nobody ended it here.
  const karim = await c.signIn('karim');
  const inside = listen(karim.key, ours);
  await as(c.as('amina'), typing(ours, 'in the circle'));
  await vi.waitFor(() => expect(inside.words()).toContain('in the circle'), { timeout: 60_000 });
  await c.behind('delete from app.audience_members where member_id = $1 and audience_id = $2', [c.member.karim, c.audience.circle]);
  await vi.waitFor(() => expect(inside.ended).toBe(true), { timeout: 60_000 });
  expect(await tried(karim.actor, typing(ours, 'from outside'))).toBe('common.not_found');
  expect(await tried(karim.actor, (tx) => findShared(tx, ours))).toBe('common.not_found');
});

test('a closed draft is read by its writers and written by nobody', async () => {
  await as(c.as('amina'), (tx) => askAlong(tx, draft, 'pita'));
  await as(c.as('amina'), (tx) => closeShared(tx, draft));
  for (const who of ['amina', 'pita'] as const) {
    expect(await tried(c.as(who), (tx) => findShared(tx, draft))).toBe('done');
    expect(await tried(c.as(who), typing(draft, 'after it was closed'))).toBe('library.together.closed');
  }
  expect(await tried(c.as('amina'), (tx) => askAlong(tx, draft, 'jonas'))).toBe('common.not_found');
});

/** What one hears over the line of a draft. */
function listen(key: string, id = draft): { text: string; ended: boolean; words(): string } {
  const heard = {
    text: '',
    ended: false,
    words() {
      const updates = [...heard.text.matchAll(/event: update\ndata: (.*)\n/g)].map(([, data]) =>
        Buffer.from((JSON.parse(data ?? '') as { update: string }).update, 'base64'),
      );
      return fieldsOf(documentOf(updates)).text;
    },
  };
  void (async () => {
    for await (const chunk of openLine(key, id, 0)) heard.text += new TextDecoder().decode(chunk);
    heard.ended = true;
  })();
  return heard;
}
