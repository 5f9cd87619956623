/** Comments on a text: who makes, reads, disposes of and closes them; and that the words go where the comment goes. */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { takeBackMessage } from '#domains/conversations/take-back-message.server.ts';
import { closeComment, withdrawComment } from '#domains/library/comments/close-comment.server.ts';
import { disposeComment } from '#domains/library/comments/dispose-comment.server.ts';
import { makeComment } from '#domains/library/comments/make-comment.server.ts';
import { type MakeComment, parseFilters } from '#domains/library/comments/model.ts';
import { countComments, findComment, listComments } from '#domains/library/comments/queries.server.ts';
import { openChangeRequest } from '#domains/library/open-change-request.server.ts';
import { findPage } from '#domains/library/queries.server.ts';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { CIRCLE, type Cast, cast, NAMES, type Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { ownKeys } from '../support/keys.ts';
import { controlText, type MadeSpace, makeSpace, pageText } from '../support/space.ts';

let db: FreshDatabase;
let c: Cast;
let open: MadeSpace;
let circle: MadeSpace;
const visitor: Actor = { kind: 'visitor' };
const nothing = parseFilters({});
const full: Name[] = NAMES.filter((name) => name !== 'eve' && name !== 'karim');

beforeAll(async () => {
  db = await freshDatabase();
  await ownKeys(db.owner);
  c = await cast(db);
  const pages = { about: pageText('About', 'The operator checks who asks.', controlText('check', 'Check identity', 'Before every swap.')) };
  open = await makeSpace('rules', 1, pages);
  circle = await makeSpace('ours', c.audience.circle, pages);
});
afterAll(async () => {
  await closePools();
  await db.drop();
});

const tried = (actor: Actor, work: (tx: Tx) => Promise<unknown>) =>
  as(actor, work).then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  );
const input = (space: MadeSpace, more: Partial<MakeComment> = {}): MakeComment => ({
  subject: { kind: 'page', id: space.pages['about']! },
  kind: 'technical',
  body: 'Says too little.',
  quote: 'who asks',
  proposed: 'who asks, and in whose name',
  retry_key: randomUUID(),
  ...more,
});
const make = (who: Name, space: MadeSpace, more?: Partial<MakeComment>) => as(c.as(who), async (tx) => (await makeComment(tx, input(space, more))).thread_id);
const find = (actor: Actor, id: string) => as(actor, (tx) => findComment(tx, id));
const dispose = (who: Name, id: string, more: object = {}) =>
  tried(c.as(who), (tx) => disposeComment(tx, { id, disposition: 'accepted', version: 0, retry_key: randomUUID(), ...more }));
const request = (who: Name, space: MadeSpace) =>
  as(c.as(who), async (tx) => {
    const page = (await findPage(tx, space.id, 'about'))!;
    const change = {
      action: 'edit' as const,
      page_id: page.id,
      base_revision_id: page.revision!.id,
      path: 'about',
      parent_path: null,
      position: null,
      retires: [],
      text: `${page.revision!.text}\n\nMore.\n`,
    };
    return openChangeRequest(tx, { space_id: space.id, title: 'More', reason: 'Needed', retry_key: randomUUID(), byline_id: c.byline[who], pages: [change] });
  });

test('whoever may talk about a text comments on it, and whoever reads it reads and counts them; nobody else', async () => {
  for (const who of NAMES) {
    expect([who, await tried(c.as(who), (tx) => makeComment(tx, input(open)))]).toEqual([who, full.includes(who) ? 'done' : 'common.not_found']);
    expect([who, await tried(c.as(who), (tx) => makeComment(tx, input(circle)))]).toEqual([who, CIRCLE.includes(who) ? 'done' : 'common.not_found']);
  }
  expect(await tried(visitor, (tx) => makeComment(tx, input(open)))).not.toBe('done');
  for (const who of NAMES) {
    const [all, ours] = await as(c.as(who), async (tx) => [await countComments(tx, open.id, nothing), await countComments(tx, circle.id, nothing)] as const);
    expect([who, all.all, ours.all]).toEqual([who, full.includes(who) ? full.length : 0, CIRCLE.includes(who) ? CIRCLE.length : 0]);
    expect([who, (await as(c.as(who), (tx) => listComments(tx, circle.id, { filters: nothing }))).length]).toEqual([who, ours.all]);
  }
  expect(await tried(visitor, (tx) => sql`select from app.comments`.execute(tx))).not.toBe('done');
  expect(await tried((await c.signIn('amina', ['read'])).actor, (tx) => makeComment(tx, input(open)))).not.toBe('done');
  await c.behind(`update app.members set status = 'suspended' where id = $1`, [c.member.pita]);
  expect(await tried((await c.signIn('pita')).actor, (tx) => makeComment(tx, input(open)))).not.toBe('done');
  await c.behind(`update app.members set status = 'active' where id = $1`, [c.member.pita]);
});

test('a block of a control is commented on as that control; a block that is not there is refused', async () => {
  const [{ blocks }] = (await c.behind(`select r.blocks from app.pages p join app.revisions r on r.id = p.revision_id where p.id = $1`, [
    open.pages['about'],
  ])) as [{ blocks: Array<{ id: string; slug?: string }> }];
  const control = await find(c.as('jonas'), await make('amina', open, { block: blocks.find((each) => each.slug)!.id }));
  expect(control).toMatchObject({ subject_kind: 'control', control_title: 'Check identity', page_path: 'about', mine: false });
  expect(control?.block).toBe(blocks.find((each) => each.slug)!.id);
  expect(await find(c.as('jonas'), await make('amina', open, { block: blocks[0]!.id }))).toMatchObject({ subject_kind: 'page', block: blocks[0]!.id });
  expect(await tried(c.as('amina'), (tx) => makeComment(tx, input(open, { block: 'zzzzzzzz' })))).toBe('library.comment.block_unknown');
  expect(await tried(c.as('amina'), (tx) => makeComment(tx, input(open, { kind: 'angry' as never })))).toBe('library.comment.kind_unknown');
});

test('editors and reviewers dispose, with a reason where it is needed; not of their own, nor about their own request', async () => {
  const id = await make('amina', open);
  for (const who of NAMES) {
    const may = who === 'noor' || who === 'mei';
    if (!may) expect([who, await dispose(who, id)]).toEqual([who, full.includes(who) ? 'library.comment.may_not_dispose' : 'common.not_found']);
    expect([who, await as(c.as(who), async (tx) => (await findComment(tx, id))?.may_dispose)]).toEqual([who, full.includes(who) ? may : undefined]);
  }
  expect(await dispose('noor', id, { disposition: 'not_accepted' })).toBe('library.comment.reason_missing');
  expect(await dispose('noor', id, { disposition: 'in_part', reason: ' \n' })).toBe('library.comment.reason_missing');
  expect(await dispose('noor', id, { answered_by: 99 })).toBe('library.comment.request_unknown');
  const { number } = await request('amina', open);
  expect(await dispose('noor', id, { disposition: 'in_part', reason: 'The name only.', answered_by: number })).toBe('done');
  expect(await find(c.as('pita'), id)).toMatchObject({
    disposition: 'in_part',
    reason: 'The name only.',
    disposer: 'Noor',
    answer_number: number,
    version: 1,
    messages: 2,
  });
  // Mei had the page open from before: what Noor said stands, and nothing of Mei's is half done.
  expect(await dispose('mei', id, { disposition: 'accepted' })).toBe('library.comment.disposed_meanwhile');
  expect(await find(c.as('pita'), id)).toMatchObject({ disposition: 'in_part', version: 1, messages: 2 });
  expect(await dispose('mei', id, { disposition: 'accepted', version: 1 })).toBe('done');
  expect(await find(c.as('pita'), id)).toMatchObject({ disposition: 'accepted', reason: '', disposer: 'Mei', answer_number: null, version: 2 });
  expect(await dispose('noor', await make('noor', open))).toBe('library.comment.may_not_dispose');
  expect(await dispose('mei', await make('karim', circle))).toBe('done');
  expect(await dispose('noor', await make('karim', circle))).toBe('common.not_found');

  const own = await request('mei', open);
  const about = await make('amina', open, { subject: { kind: 'change_request', id: own.id } });
  expect(await dispose('mei', about)).toBe('library.comment.may_not_dispose');
  const waiting = (actor: Actor) => as(actor, async (tx) => (await sql<{ n: number }>`select app.open_comments_of(${own.id}) as n`.execute(tx)).rows[0]!.n);
  expect([await waiting(c.as('pita')), await waiting(c.as('eve')), await waiting(visitor), await waiting({ kind: 'clerk' })]).toEqual([1, 0, 0, 1]);
  expect(await dispose('noor', about)).toBe('done');
  expect(await waiting(c.as('pita'))).toBe(0);
});

test('two at once: one of them is told, and the words of neither are half written', async () => {
  const id = await make('amina', open);
  const said = await Promise.all([dispose('noor', id, { reason: 'of Noor' }), dispose('mei', id, { reason: 'of Mei' })]);
  expect(said.toSorted()).toEqual(['done', 'library.comment.disposed_meanwhile']);
  expect(await find(c.as('amina'), id)).toMatchObject({ version: 1, messages: 2, disposer: said[0] === 'done' ? 'Noor' : 'Mei' });
  // The same form twice does it once.
  const again = { id, disposition: 'noted' as const, version: 1, retry_key: randomUUID() };
  await as(c.as('noor'), (tx) => disposeComment(tx, again));
  await as(c.as('noor'), (tx) => disposeComment(tx, again));
  expect(await find(c.as('amina'), id)).toMatchObject({ version: 2, messages: 3 });
});

test('only whoever commented closes, opens and withdraws; what was decided is not withdrawn', async () => {
  const id = await make('amina', open);
  for (const who of ['noor', 'mei', 'lucia', 'jonas'] as const) {
    expect([who, await tried(c.as(who), (tx) => closeComment(tx, { id, closed: true }))]).toEqual([who, 'library.comment.not_yours']);
    expect([who, await tried(c.as(who), (tx) => withdrawComment(tx, { id, withdrawn: true }))]).toEqual([who, 'library.comment.not_yours']);
  }
  expect(await tried(c.as('eve'), (tx) => closeComment(tx, { id, closed: true }))).toBe('common.not_found');
  await as(c.as('amina'), (tx) => closeComment(tx, { id, closed: true }));
  expect((await find(c.as('jonas'), id))?.closed_at).toBeInstanceOf(Date);
  await as(c.as('amina'), (tx) => closeComment(tx, { id, closed: false }));
  await as(c.as('amina'), (tx) => withdrawComment(tx, { id, withdrawn: true }));
  expect(await find(c.as('jonas'), id)).toMatchObject({ disposition: 'withdrawn', closed_at: null, disposer: 'Amina' });
  expect(await dispose('noor', id, { version: 1 })).toBe('library.comment.may_not_dispose');
  await as(c.as('amina'), (tx) => withdrawComment(tx, { id, withdrawn: false }));
  expect(await dispose('noor', id, { version: 2 })).toBe('done');
  expect(await tried(c.as('amina'), (tx) => withdrawComment(tx, { id, withdrawn: true }))).toBe('library.comment.disposed_meanwhile');
});

test('past the commands: nobody writes a disposition, a closing, a comment or words that are not theirs to write', async () => {
  const id = await make('amina', open);
  const { message_id } = (await c.behind<{ message_id: string }>(`select message_id from app.comments where thread_id = $1`, [id]))[0]!;
  const forged = [
    sql`update app.comments set disposition = 'accepted' where thread_id = ${id}`,
    sql`update app.comments set closed_at = now() where thread_id = ${id}`,
    sql`update app.comments set disposition = 'withdrawn' where thread_id = ${id}`,
    sql`insert into app.comments (thread_id, conversation_id, audience_id, message_id, byline_id, kind) select thread_id, conversation_id, audience_id, message_id, (select id from app.bylines where id in (select app.my_bylines()) limit 1), 'general' from app.comments limit 1`,
    sql`insert into app.comment_words (message_id, thread_id, audience_id, proposed) values (${message_id}, ${id}, 2, 'not mine')`,
    sql`update app.comment_words set proposed = 'not mine'`,
  ];
  for (const who of ['jonas', 'lucia', 'eve'] as const) for (const one of forged) await tried(c.as(who), (tx) => one.execute(tx));
  // Who may decide does not close; who commented does not decide; and neither sets the other's.
  expect(await tried(c.as('noor'), (tx) => forged[1]!.execute(tx))).toBe('library.comment.not_yours');
  expect(await tried(c.as('noor'), (tx) => forged[2]!.execute(tx))).toBe('library.comment.not_yours');
  expect(await tried(c.as('amina'), (tx) => forged[0]!.execute(tx))).toBe('library.comment.may_not_dispose');
  expect(await find(c.as('pita'), id)).toMatchObject({ disposition: null, closed_at: null, proposed: 'who asks, and in whose name', version: 0 });
});

test('words that were taken back or removed are in no list; after their time they are nowhere', async () => {
  const id = await make('amina', open, { body: 'A private thing.', quote: 'who', proposed: 'secret proposal' });
  const { message_id } = (await c.behind<{ message_id: string }>(`select message_id from app.comments where thread_id = $1`, [id]))[0]!;
  expect(await find(c.as('pita'), id)).toMatchObject({ proposed: 'secret proposal', gone: false });
  await as(c.as('amina'), (tx) => takeBackMessage(tx, { id: message_id }));
  for (const who of ['amina', 'pita', 'noor'] as const) {
    expect(await find(c.as(who), id)).toMatchObject({ body: '', quote: '', proposed: '', gone: true });
    expect((await as(c.as(who), (tx) => sql`select from app.comment_words where message_id = ${message_id}`.execute(tx))).rows).toEqual([]);
  }
  // What is kept of it goes with what is kept of the message.
  const left = () => c.behind(`select from app.comment_words where message_id = $1`, [message_id]);
  expect(await left()).toHaveLength(1);
  await c.behind(`delete from app.message_revisions where message_id = $1`, [message_id]);
  expect(await left()).toEqual([]);

  const reasoned = await make('amina', open);
  await dispose('noor', reasoned, { disposition: 'not_accepted', reason: 'A name I should not have written.' });
  const answer = (await c.behind<{ answer_id: string }>(`select answer_id from app.comments where thread_id = $1`, [reasoned]))[0]!.answer_id;
  await as(c.as('noor'), (tx) => takeBackMessage(tx, { id: answer }));
  expect(await find(c.as('pita'), reasoned)).toMatchObject({ disposition: 'not_accepted', reason: '' });
  await c.behind(`update app.messages set body = '', removed_at = now() where id = $1`, [answer]);
  expect(await c.behind(`select from app.comment_words where message_id = $1`, [answer])).toEqual([]);
});

test('a token without the scope for a label neither reads nor counts a comment under it', async () => {
  const before = (actor: Actor) => as(actor, async (tx) => (await countComments(tx, circle.id, nothing)).all);
  const token = (await c.signIn('jonas', ['read'])).actor;
  const had = await before(token);
  // Made under the label its circle allows.
  const id = await make('amina', circle, { body: 'Marked.' });
  await c.behind(`update app.conversations set ceiling = 'TLP:AMBER' where id = (select conversation_id from app.threads where id = $1)`, [id]);
  await c.behind(`update app.messages set marking = 'TLP:AMBER' where thread_id = $1`, [id]);
  expect([await before(token), await find(token, id)]).toEqual([had, undefined]);
  expect(await before(c.as('jonas'))).toBe(had + 1);
});

test('a comment stays with its text: its thread is moved nowhere', async () => {
  const id = await make('jonas', open);
  const move = sql`select app.move_thread(${id}, ${c.channel['all-members'].conversationId}, gen_random_uuid(), 0)`;
  expect(await tried(c.as('jonas'), (tx) => move.execute(tx))).toBe('library.comment.stays');
});
