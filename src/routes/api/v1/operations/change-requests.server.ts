import * as v from 'valibot';
import { declineChangeRequest, withdrawChangeRequest } from '#domains/library/close-change-request.server.ts';
import { mergeChangeRequest } from '#domains/library/merge-change-request.server.ts';
import { OpenChangeRequest, PageChange, Withdrawal } from '#domains/library/model.ts';
import { openChangeRequest } from '#domains/library/open-change-request.server.ts';
import { findChangeRequest, listChangeRequests, listRequestPages, STATUSES } from '#domains/library/queries/change-requests.server.ts';
import { undoChangeRequest } from '#domains/library/undo-change-request.server.ts';
import { updateChangeRequest } from '#domains/library/update-change-request.server.ts';
import { myByline } from '#domains/people/my-byline.server.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { type Call, cut, operation } from '../operation.server.ts';

const collection = 'change-requests';
const Choice = v.union([v.picklist(['ours', 'theirs']), v.object({ text: v.string() })]);
const Reason = v.object({ reason: v.optional(v.pipe(v.string(), v.maxLength(10_000)), '') });
const idOf = ({ params }: Call) => (v.is(v.pipe(v.string(), v.uuid()), params.id) ? params.id! : raise());
const request = async (tx: Tx, call: Call) => {
  const found = (await findChangeRequest(tx, { id: idOf(call) })) ?? raise();
  return { ...found, pages: await listRequestPages(tx, found.id) };
};

export const changeRequests = [
  operation({
    method: 'GET',
    path: '/change-requests',
    collection,
    list: true,
    summary: 'Change requests, the open ones first.',
    query: {
      space: 'A space, by its slug.',
      status: STATUSES.join(', '),
      mine: 'true for my own.',
      words: 'Words in the title, the reason, or the reason of the decision.',
    },
    run: async (tx, call) => {
      const status = STATUSES.find((each) => each === call.query.get('status'));
      const space = call.query.get('space');
      const rows = await listChangeRequests(tx, {
        ...(space ? { space } : {}),
        ...(status ? { status } : {}),
        mine: call.query.get('mine') === 'true',
        words: call.query.get('words')?.slice(0, 200) ?? '',
        limit: 5000,
      });
      return cut(rows, call, (row) => row.id);
    },
  }),
  operation({
    method: 'POST',
    path: '/change-requests',
    collection,
    summary: 'Propose a change to one or more pages of a space.',
    input: v.omit(OpenChangeRequest, ['id', 'retry_key', 'byline_id']),
    run: async (tx, { input, retryKey }) => openChangeRequest(tx, { ...input, retry_key: retryKey, byline_id: await myByline(tx) }),
  }),
  operation({ method: 'GET', path: '/change-requests/{id}', collection, summary: 'One change request with what it would make of each page.', run: request }),
  operation({
    method: 'PATCH',
    path: '/change-requests/{id}',
    collection,
    summary: 'Change my open proposal: the text of a page (page), what it does to pages and with which (pages), or which it leaves alone again (drop).',
    current: request,
    input: v.object({
      title: v.optional(v.string()),
      reason: v.optional(v.string()),
      page: v.optional(
        v.object({ ...v.pick(PageChange, ['page_id', 'text', 'retires', 'base_revision_id']).entries, withdrawals: v.optional(v.array(Withdrawal)) }),
      ),
      pages: v.optional(v.pipe(v.array(PageChange), v.maxLength(2_000))),
      drop: v.optional(v.array(v.pipe(v.string(), v.uuid()))),
    }),
    run: async (tx, call) => {
      await updateChangeRequest(tx, { ...call.input, id: idOf(call as Call), byline_id: await myByline(tx) });
      return request(tx, call as Call);
    },
  }),
  operation({
    method: 'POST',
    path: '/change-requests/{id}/merge',
    collection,
    summary: 'Merge it. Where both sides changed a block, a choice for each.',
    input: v.object({ ...Reason.entries, choices: v.optional(v.record(v.string(), v.array(Choice))), seen: v.optional(v.string()) }),
    run: async (tx, call) => {
      await mergeChangeRequest(tx, { ...call.input, id: idOf(call as Call), byline_id: await myByline(tx) });
      return request(tx, call as Call);
    },
  }),
  operation({
    method: 'POST',
    path: '/change-requests/{id}/undo',
    collection,
    summary: 'Ask for a merged request to be undone; what others changed since stays.',
    input: Reason,
    run: async (tx, { input, retryKey, ...call }) =>
      undoChangeRequest(tx, { ...input, id: idOf(call as Call), retry_key: retryKey, byline_id: await myByline(tx) }),
  }),
  operation({
    method: 'POST',
    path: '/change-requests/{id}/decline',
    collection,
    summary: 'Decline it, with a reason.',
    input: Reason,
    run: async (tx, call) => {
      await declineChangeRequest(tx, { id: idOf(call as Call), reason: call.input.reason, byline_id: await myByline(tx) });
      return request(tx, call as Call);
    },
  }),
  operation({
    method: 'POST',
    path: '/change-requests/{id}/withdraw',
    collection,
    summary: 'Withdraw my own.',
    input: Reason,
    run: async (tx, call) => {
      await withdrawChangeRequest(tx, { id: idOf(call as Call), reason: call.input.reason, byline_id: await myByline(tx) });
      return request(tx, call as Call);
    },
  }),
];

function raise(): never {
  throw notFound();
}
