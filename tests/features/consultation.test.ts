/** Four weeks of a consultation, day by day: with no comment, with editorial and substantive ones, with a discuss and an extension; and what mail said of it. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { declineChangeRequest } from '#domains/library/close-change-request.server.ts';
import { disposeComment } from '#domains/library/comments/dispose-comment.server.ts';
import { makeComment } from '#domains/library/comments/make-comment.server.ts';
import { type DisposeComment, type Kind, parseFilters } from '#domains/library/comments/model.ts';
import { findComment, listComments } from '#domains/library/comments/queries.server.ts';
import { extendProcedure, openProcedure } from '#domains/library/deciding/procedure.server.ts';
import { givePosition, openPositions } from '#domains/library/deciding/positions.server.ts';
import { findDeciding, listSteps } from '#domains/library/deciding/queries.server.ts';
import { listRequestRings, seeRequest } from '#domains/library/deciding/bell.server.ts';
import { tellDeciders } from '#domains/library/deciding/tell-deciders.server.ts';
import { correctNature } from '#domains/library/deciding/approve.server.ts';
import { setRules } from '#domains/library/deciding/set-rules.server.ts';
import { updateChangeRequest } from '#domains/library/update-change-request.server.ts';
import { mergeChangeRequest } from '#domains/library/merge-change-request.server.ts';
import { forgetConfig } from '#platform/config.server.ts';
import { as, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { NAMES, type Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { ask, rulesOf } from '../support/deciding.ts';
import { decidingCast, passDays } from '../support/deciding-stage.ts';
import { ownKeys } from '../support/keys.ts';
import { type Mailbox, openMailbox } from '../support/mailbox.ts';
import { type MadeSpace, makeSpace, pageText } from '../support/space.ts';

let db: FreshDatabase;
let c: Awaited<ReturnType<typeof decidingCast>>;
let mailbox: Mailbox;
let formal: MadeSpace;
let quick: MadeSpace;
beforeAll(async () => {
  db = await freshDatabase();
  await ownKeys(db.owner);
  c = await decidingCast(db, { agreed: true });
  mailbox = await openMailbox();
  forgetConfig();
  const page = { page: pageText('Page', 'First words.') };
  formal = await makeSpace('formal', 2, page);
  quick = await makeSpace('quick', 2, page);
  await run('lucia', (tx) => setRules(tx, 'formal', { rules: rulesOf({ preset: 'formal' }) }));
  await run('lucia', (tx) => setRules(tx, 'quick', { rules: rulesOf({ preset: 'quick', last_call_days: 14 }) }));
});
beforeEach(async () => {
  await c.behind('delete from app.request_notices');
  mailbox.forget();
});
afterAll(async () => {
  await mailbox.close();
  await closePools();
  await db.drop();
});

const run = <T>(who: Name, work: (tx: Tx) => Promise<T>) => as(c.as(who), work);
const says = (who: Name, id: string, jurisdiction: string, stance: string, words = '') =>
  run(who, (tx) => givePosition(tx, { id, jurisdiction_id: c.jurisdiction[jurisdiction], stance, words }));
const missing = async (id: string) => (await run('noor', (tx) => findDeciding(tx, id)))!.missing.map(({ what }) => what);
const merge = (id: string) => run('noor', (tx) => mergeChangeRequest(tx, { id, byline_id: c.byline.noor, reason: 'Agreed' }));
const kinds = async (id: string) => (await run('pita', (tx) => listSteps(tx, id))).map(({ kind }) => kind);
const comments = async (id: string) =>
  (await run('noor', (tx) => listComments(tx, formal.id, { filters: parseFilters({}) }))).filter((each) => each.subject_id === id);
const comment = async (who: Name, id: string, kind: Kind, body: string, proposed = '') =>
  (await run(who, (tx) => makeComment(tx, { subject: { kind: 'change_request', id }, kind, body, proposed, retry_key: randomUUID() }))).thread_id;
/** Noor, who decides in these spaces, says what becomes of it. */
const answer = (id: string, disposition: NonNullable<DisposeComment['disposition']>, more: Partial<DisposeComment> = {}) =>
  run('noor', async (tx) => disposeComment(tx, { id, disposition, version: (await findComment(tx, id))!.version, retry_key: randomUUID(), ...more }));
/** The author puts in what a comment asked for. */
async function reword(id: string): Promise<void> {
  const page = await run('jonas', (tx) =>
    tx.selectFrom('app.change_request_pages').select(['page_id', 'text', 'base_revision_id']).where('change_request_id', '=', id).executeTakeFirstOrThrow(),
  );
  await run('jonas', (tx) =>
    updateChangeRequest(tx, { id, byline_id: c.byline.jonas, page: { ...page, text: `${page.text}\nIt holds from the first of May.\n`, retires: [] } }),
  );
}
const mails = () => Object.fromEntries(NAMES.map((name) => [name, mailbox.all(`${name}@example.org`).length]).filter(([, n]) => n));

test('no comment: positions follow by themselves, silence stands, then somebody merges it by name', async () => {
  const id = await ask(c, 'jonas', formal);
  await run('noor', (tx) => openProcedure(tx, { id, reason: 'Please consult at home' }));
  expect((await run('pita', listRequestRings)).map(({ kind }) => kind)).toEqual(['consultation_opened']);
  await run('pita', (tx) => seeRequest(tx, id));
  expect(await run('pita', listRequestRings)).toEqual([]);
  await passDays(c, 2);
  // Pita has looked already: the bell told him, mail does not.
  expect(mails()).toEqual({ amina: 1, jonas: 1, mei: 1 });
  await passDays(c, 25);
  expect(await missing(id)).toEqual(['consultation_runs']);
  expect(mails(), 'three days before the end').toEqual({ amina: 2, jonas: 2, mei: 2, pita: 1 });
  await passDays(c, 3);
  expect(await missing(id)).toEqual(['positions_run']);
  await says('amina', id, 'lumaria', 'support', 'We do so already');
  await says('pita', id, 'tavola', 'no_objection');
  expect(mails(), 'asked at once, the author told').toEqual({ amina: 3, jonas: 3, mei: 3, pita: 2 });
  await passDays(c, 14);
  expect(await missing(id)).toEqual([]);
  await passDays(c, 1);
  // Mei alone was reminded, who had said nothing; those who decide, and the author, learn that it is over.
  expect(mails()).toEqual({ amina: 3, jonas: 4, mei: 5, pita: 2, noor: 1 });
  await merge(id);
  await passDays(c, 1);
  expect(mails()).toEqual({ amina: 3, jonas: 5, mei: 5, pita: 2, noor: 1 });
  expect(await kinds(id)).toEqual(['consultation_opened', 'positions_opened', 'position_given', 'position_given', 'consultation_over']);
  expect(await mailbox.to('pita@example.org', 'Positions of jurisdictions are asked for')).toContain(`/changes/${id}`);
});

test('editorial comments, answered as they come: the last day asks for positions by itself, and nothing begins anew', async () => {
  const id = await ask(c, 'jonas', formal);
  await run('noor', (tx) => openProcedure(tx, { id }));
  await passDays(c, 5);
  const said = [await comment('pita', id, 'editorial', '“e-mail”, as elsewhere'), await comment('amina', id, 'editorial', 'A comma too many')];
  expect(await missing(id)).toEqual(['consultation_runs', 'comments']);
  // Whoever proposed it answers nothing for themselves.
  await expect(run('jonas', (tx) => disposeComment(tx, { id: said[0]!, disposition: 'accepted', version: 1, retry_key: randomUUID() }))).rejects.toMatchObject({
    code: 'library.comment.may_not_dispose',
  });
  await answer(said[0]!, 'accepted');
  await answer(said[1]!, 'not_accepted', { reason: 'It parts two conditions' });
  await reword(id);
  expect((await comments(id)).map(({ kind, disposition }) => [kind, disposition]).sort()).toEqual([
    ['editorial', 'accepted'],
    ['editorial', 'not_accepted'],
  ]);
  await passDays(c, 22);
  expect(await missing(id), 'the same last day').toEqual(['consultation_runs']);
  await passDays(c, 2);
  expect(await missing(id)).toEqual(['positions_run']);
  await passDays(c, 16);
  expect(await missing(id), 'silence is no objection').toEqual([]);
  await merge(id);
  await passDays(c, 1);
  expect(await kinds(id)).toEqual(['consultation_opened', 'positions_opened', 'consultation_over']);
  // Who commented, and who answered, hears of each step and how it ended; the others as where nobody said anything.
  expect(mails()).toEqual({ amina: 6, jonas: 5, mei: 5, pita: 6, noor: 4 });
});

test('substantive comments hold it beyond its end until each is answered; with more time, other words, and a discuss', async () => {
  const id = await ask(c, 'jonas', formal);
  await run('noor', (tx) => openProcedure(tx, { id }));
  await passDays(c, 10);
  await run('noor', (tx) => extendProcedure(tx, { id, days: 7, reason: 'A holiday week' }));
  const day = await comment('pita', id, 'technical', 'Nobody can tell from which day', 'It holds from the first of May.');
  const cost = await comment('mei', id, 'general', 'A small operator cannot pay for this');
  await passDays(c, 24);
  expect(await missing(id), 'a week more').toEqual(['consultation_runs', 'comments']);
  await passDays(c, 3);
  expect(await missing(id)).toEqual(['positions', 'comments']);
  await expect(run('noor', (tx) => openPositions(tx, { id }))).rejects.toMatchObject({ code: 'library.procedure.comments_wait' });
  await expect(answer(cost, 'not_accepted')).rejects.toMatchObject({ code: 'library.comment.reason_missing' });
  await answer(cost, 'not_accepted', { reason: 'The rule is for licensed operators only' });
  await passDays(c, 3);
  expect(await missing(id), 'however long nobody answers the other').toEqual(['positions', 'comments']);
  await reword(id);
  const { number } = await run('noor', (tx) => tx.selectFrom('app.change_requests').select('number').where('id', '=', id).executeTakeFirstOrThrow());
  await answer(day, 'in_part', { reason: 'From May, not from the day it is read', answered_by: number });
  expect(await missing(id)).toEqual(['positions']);
  await run('noor', (tx) => openPositions(tx, { id }));
  await passDays(c, 1);
  await says('pita', id, 'tavola', 'discuss', 'Say from which day it holds');
  await passDays(c, 15);
  expect(await missing(id)).toEqual(['discuss']);
  await expect(merge(id)).rejects.toMatchObject({ code: 'library.change_request.rules_not_met' });
  await says('pita', id, 'tavola', 'support', 'The day stands in it');
  await merge(id);
  await passDays(c, 1);
  expect(await kinds(id)).toEqual(['consultation_opened', 'extended', 'resolving', 'positions_opened', 'discuss', 'consultation_over', 'discuss_cleared']);
  // Opened, extended, reminded of the new end, asked, reminded again, and what each decides or proposed beyond that; of a discuss cleared nobody hears once it is merged.
  expect(mails()).toEqual({ amina: 5, jonas: 8, mei: 9, pita: 8, noor: 4 });
  await tellDeciders();
  expect(mails(), 'nothing twice').toEqual({ amina: 5, jonas: 8, mei: 9, pita: 8, noor: 4 });
});

test('what is editorial takes the short way, unless it is not: quick lets it pass, formal calls once', async () => {
  const [fast, called, claimed] = [
    await ask(c, 'jonas', quick, 'editorial'),
    await ask(c, 'jonas', formal, 'editorial'),
    await ask(c, 'pita', quick, 'editorial'),
  ];
  expect(await missing(fast)).toEqual([]);
  await merge(fast);
  expect(await missing(called)).toEqual(['last_call']);
  await run('noor', (tx) => openProcedure(tx, { id: called }));
  expect(await kinds(called)).toEqual(['last_call_opened']);
  // Whoever decides finds that it changes what is meant.
  await run('noor', (tx) => correctNature(tx, { id: claimed, nature: 'substantive', reason: 'An hour is not a day' }));
  expect(await missing(claimed)).toEqual(['last_call']);
});

test('a last call: silence is assent, comments are not; nobody looked for a fortnight, and it ends once', async () => {
  const [silent, spoken] = [await ask(c, 'jonas', quick), await ask(c, 'pita', quick)];
  for (const id of [silent, spoken]) await run('noor', (tx) => openProcedure(tx, { id }));
  const objection = await comment('amina', spoken, 'technical', 'This would close small shops');
  // The worker was down.
  await passDays(c, 30, false);
  await passDays(c, 1);
  await passDays(c, 1);
  expect(await kinds(silent)).toEqual(['last_call_opened', 'last_call_over']);
  expect(await missing(silent)).toEqual([]);
  expect(await missing(spoken)).toEqual(['comments']);
  await answer(objection, 'accepted', { reason: 'It is declined for that' });
  expect(await missing(spoken)).toEqual([]);
  // Of a beginning that is over nobody is told any more; one mail says that both are over.
  expect(mails()).toEqual({ amina: 1, jonas: 1, pita: 1, mei: 1, noor: 1 });
  await merge(silent);
  await run('noor', (tx) => declineChangeRequest(tx, { id: spoken, byline_id: c.byline.noor, reason: 'As the comment says' }));
  await passDays(c, 1);
  expect(mails()).toEqual({ amina: 2, jonas: 2, pita: 2, mei: 1, noor: 1 });
  expect(await mailbox.to('pita@example.org', 'The request is declined')).toContain('A change');
});
