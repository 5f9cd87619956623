import * as v from 'valibot';
import { appendUpdate, stateOf } from '#domains/library/together/append-update.server.ts';
import { fieldsOf } from '#domains/library/together/document.ts';
import { SharedUpdate } from '#domains/library/together/model.ts';
import { findShared, listShared, listUpdatesAfter, listWriters } from '#domains/library/together/queries.server.ts';
import { saveForm } from '#domains/library/together/share-draft.server.ts';
import { askAlong, endAlong } from '#domains/library/together/share-with.server.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { type Call, cut, operation } from '../operation.server.ts';

const collection = 'shared-drafts';
const idOf = ({ params }: Pick<Call, 'params'>) => params['id'] ?? '';
async function draft(tx: Tx, call: Pick<Call, 'params'>) {
  const shared = await findShared(tx, idOf(call));
  const { doc, number } = await stateOf(tx, shared.id);
  const writers = (await listWriters(tx, shared.id)).map(({ slug, name, author }) => ({ slug, name, author }));
  return { ...shared, number, fields: fieldsOf(doc), writers };
}

export const sharedDrafts = [
  operation({
    method: 'GET',
    path: '/shared-drafts',
    collection,
    list: true,
    summary: 'The drafts I write with others, the newest first.',
    run: async (tx, call) => cut(await listShared(tx), call, (row) => row.id),
  }),
  operation({
    method: 'GET',
    path: '/shared-drafts/{id}',
    collection,
    summary: 'A draft that several write: what stands in each field, its number, who writes it.',
    run: draft,
  }),
  operation({
    method: 'PATCH',
    path: '/shared-drafts/{id}',
    collection,
    summary: 'Change fields. `number` is what was read: what others wrote since then stays, and what was changed goes in beside it.',
    input: v.object({
      number: v.pipe(v.number(), v.integer(), v.minValue(1)),
      text: v.optional(v.pipe(v.string(), v.maxLength(400_000, 'library.together.too_large'))),
      title: v.optional(v.string()),
      reason: v.optional(v.string()),
    }),
    run: async (tx, call) => {
      const { number, ...fields } = call.input;
      const given = Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value.replace(/\r\n?/g, '\n')]])));
      await saveForm(tx, idOf(call), number, given);
      return draft(tx, call);
    },
  }),
  operation({
    method: 'GET',
    path: '/shared-drafts/{id}/updates',
    collection,
    summary: 'The changes behind a number (`after`), as they came in: Yjs updates in base64, at most 500.',
    query: { after: 'A number; 0 for all.' },
    run: async (tx, call) => {
      const { id } = await findShared(tx, idOf(call));
      return { items: await listUpdatesAfter(tx, id, Math.max(0, Math.trunc(Number(call.query.get('after'))) || 0)), next: null };
    },
  }),
  operation({
    method: 'POST',
    path: '/shared-drafts/{id}/updates',
    collection,
    summary: 'Send one change, a Yjs update in base64, numbered by its client from 1 on; the same again has the same answer.',
    input: SharedUpdate,
    run: async (tx, call) => {
      const { id } = await findShared(tx, idOf(call));
      return appendUpdate(tx, id, call.input);
    },
  }),
  operation({
    method: 'POST',
    path: '/shared-drafts/{id}/writers',
    collection,
    summary: 'Ask a member along to write my draft.',
    input: v.object({ member: v.pipe(v.string(), v.maxLength(120)) }),
    run: async (tx, call) => {
      await askAlong(tx, (await findShared(tx, idOf(call))).id, call.input.member);
      return draft(tx, call);
    },
  }),
  operation({
    method: 'DELETE',
    path: '/shared-drafts/{id}/writers/{member}',
    collection,
    summary: 'End that somebody writes my draft along, or leave one myself.',
    run: async (tx, call) => void (await endAlong(tx, (await findShared(tx, idOf(call))).id, call.params['member'] ?? '')),
  }),
];
