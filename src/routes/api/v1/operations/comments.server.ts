import * as v from 'valibot';
import { closeComment, withdrawComment } from '#domains/library/comments/close-comment.server.ts';
import { disposeComment } from '#domains/library/comments/dispose-comment.server.ts';
import { makeComment } from '#domains/library/comments/make-comment.server.ts';
import { DISPOSITIONS, DisposeComment, KINDS, MakeComment, parseFilters } from '#domains/library/comments/model.ts';
import { findComment, listComments } from '#domains/library/comments/queries.server.ts';
import { sheetHere } from '#domains/library/comments/sheet-here.server.ts';
import { writeSheet, XLSX } from '#domains/library/comments/write-sheet.server.ts';
import { findSpace } from '#domains/library/queries.server.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { type Call, cursor, operation } from '../operation.server.ts';

const collection = 'comments';
const idOf = ({ params }: Call) => (v.is(v.pipe(v.string(), v.uuid()), params.id) ? params.id! : raise());
const comment = async (tx: Tx, call: Call) => (await findComment(tx, idOf(call))) ?? raise();

export const comments = [
  operation({
    method: 'GET',
    path: '/spaces/{space}/comments',
    collection,
    list: true,
    summary: 'Comments on the texts of a space, in the order in which they were made, with what became of each.',
    query: {
      page: 'A page, by its path.',
      request: 'A change request, by its number.',
      kind: KINDS.join(', '),
      disposition: ['none', ...DISPOSITIONS].join(', '),
      state: 'open, closed: by whoever made it.',
      who: 'The name of a person or organization.',
      within: 'A country, by its id: what its authorities say among themselves. Without it, what everybody reads.',
    },
    run: async (tx, { params, query, page }) => {
      const space = (await findSpace(tx, params.space!)) ?? raise();
      const after = page.after && v.is(v.pipe(v.string(), v.uuid()), page.after) ? page.after : null;
      const items = await listComments(tx, space.id, { filters: parseFilters(Object.fromEntries(query)), after, limit: page.limit });
      return { items, next: items.length === page.limit ? cursor(items.at(-1)!.id) : null };
    },
  }),
  operation({
    method: 'GET',
    path: '/spaces/{space}/comments/sheet',
    collection,
    summary:
      'The table of comments as a spreadsheet (XLSX, base64), in the column order of standards bodies, narrowed as the list is; comments above TLP:GREEN are not in it.',
    run: async (tx, { params, query }) => ({ media_type: XLSX, content: (await writeSheet(await sheetHere(tx, params.space!, query))).toString('base64') }),
  }),
  operation({
    method: 'POST',
    path: '/comments',
    collection,
    summary:
      'Comment on a page, a block of it, a control or a change request: on the words quoted, with proposed words if there are any; with within, on a change request among the authorities of my country alone (TLP:AMBER).',
    input: v.omit(MakeComment, ['retry_key']),
    run: (tx, { input, retryKey }) => makeComment(tx, { ...input, retry_key: retryKey }),
  }),
  operation({ method: 'GET', path: '/comments/{id}', collection, summary: 'One comment; its id is that of its thread, where it is answered.', run: comment }),
  operation({
    method: 'POST',
    path: '/comments/{id}/dispose',
    collection,
    summary:
      'Say what becomes of a comment, with a reason and the number of the request that answers it. version is the one that was read: another is refused (409).',
    input: v.omit(DisposeComment, ['id', 'retry_key']),
    run: async (tx, call) => {
      const { id } = await comment(tx, call as Call);
      await disposeComment(tx, { ...call.input, id, retry_key: call.retryKey });
      return comment(tx, call as Call);
    },
  }),
  operation({
    method: 'POST',
    path: '/comments/{id}/close',
    collection,
    summary: 'Say that my own comment is answered, or that it is not.',
    input: v.object({ closed: v.boolean() }),
    run: async (tx, call) => {
      await closeComment(tx, { id: idOf(call as Call), closed: call.input.closed });
      return comment(tx, call as Call);
    },
  }),
  operation({
    method: 'POST',
    path: '/comments/{id}/withdraw',
    collection,
    summary: 'Withdraw my own comment as a point to be decided, or bring it back.',
    input: v.object({ withdrawn: v.boolean() }),
    run: async (tx, call) => {
      await withdrawComment(tx, { id: idOf(call as Call), withdrawn: call.input.withdrawn });
      return comment(tx, call as Call);
    },
  }),
];

function raise(): never {
  throw notFound();
}
