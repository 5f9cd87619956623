import * as v from 'valibot';
import { listBrokenLinks } from '#domains/library/links/queries.server.ts';
import { AnswerPage, answerPage } from '#domains/library/upkeep/answer-page.server.ts';
import { SetUpkeep } from '#domains/library/upkeep/model.ts';
import { findUpkeep, listUpkeep } from '#domains/library/upkeep/queries.server.ts';
import { reviewPage, setUpkeep } from '#domains/library/upkeep/set-upkeep.server.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { type Call, cut, operation } from '../operation.server.ts';

const collection = 'library';
const pageOf = ({ params }: Pick<Call, 'params'>) => {
  if (!v.is(v.pipe(v.string(), v.uuid()), params.id)) throw notFound();
  return params.id;
};
const upkeepOf = async (tx: Tx, call: Pick<Call, 'params'>) => {
  const found = await findUpkeep(tx, pageOf(call));
  if (!found) throw notFound();
  return found;
};

/** How pages are kept: who answers for them, and when they are read again. */
export const upkeep = [
  operation({
    method: 'GET',
    path: '/upkeep',
    collection,
    list: true,
    summary: 'How the pages you read are kept: owner, day of the next review, the last one; what is due first comes first.',
    query: { space: 'Only the pages of this space.' },
    run: async (tx, call) => cut(await listUpkeep(tx, call.query.get('space') ?? ''), call, (row) => row.page_id),
  }),
  operation({ method: 'GET', path: '/pages/{id}/upkeep', collection, summary: 'How one page is kept, and what you may do about it.', run: upkeepOf }),
  operation({
    method: 'PATCH',
    path: '/pages/{id}/upkeep',
    collection,
    summary: 'Say who answers for a page, the day (UTC) by which it is read again, and how many months it then rests. Editors and reviewers.',
    input: SetUpkeep,
    run: async (tx, call) => {
      await setUpkeep(tx, pageOf(call as Call), call.input);
      return upkeepOf(tx, call as Call);
    },
  }),
  operation({
    method: 'POST',
    path: '/pages/{id}/reviews',
    collection,
    summary: 'Say that a page was read again today and nothing has to change: the next day is set. Its owner, editors and reviewers.',
    input: v.object({}),
    run: async (tx, call) => {
      await reviewPage(tx, pageOf(call as Call));
      return upkeepOf(tx, call as Call);
    },
  }),
  operation({
    method: 'POST',
    path: '/pages/{id}/answers',
    collection,
    summary:
      'Say whether a page was useful, and what is missing: words begin a conversation with those who keep the page. One answer a member; the last holds.',
    input: v.omit(AnswerPage, ['retry_key']),
    run: (tx, call) => answerPage(tx, pageOf(call as Call), { ...call.input, retry_key: call.retryKey }),
  }),
  operation({
    method: 'GET',
    path: '/broken-links',
    collection,
    list: true,
    summary: 'Links out of the hub, on pages you read, that failed twice or more when the hub asked them; the oldest first.',
    query: { space: 'Only on pages of this space.' },
    run: async (tx, call) => cut(await listBrokenLinks(tx, call.query.get('space') ?? ''), call, (row) => row.id),
  }),
];
