import * as v from 'valibot';
import { suggestMentions } from '#domains/conversations/mentions.server.ts';
import { listActs, listPins, listSaved, listVersions, pinMessage, react, saveMessage } from '#domains/conversations/message-acts.server.ts';
import { findConversation, findMessage } from '#domains/conversations/queries.server.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { type Call, cut, operation } from '../operation.server.ts';

const collection = 'conversations';
const Id = v.pipe(v.string(), v.uuid('common.not_found'));
const idOf = ({ params }: Pick<Call, 'params'>) => {
  if (!v.is(Id, params['id'])) throw notFound();
  return params['id']!;
};
const readable = async (tx: Tx, call: Pick<Call, 'params'>) => {
  const id = idOf(call);
  if (!(await findMessage(tx, id))) throw notFound();
  return id;
};

export const messageActs = [
  operation({
    method: 'POST',
    path: '/messages/{id}/reactions',
    collection,
    summary: 'React to a message with one emoji; twice changes nothing.',
    input: v.object({ emoji: v.string() }),
    run: async (tx, call) => react(tx, { id: await readable(tx, call), emoji: call.input.emoji, on: true }),
  }),
  operation({
    method: 'GET',
    path: '/messages/{id}/reactions',
    collection,
    list: true,
    summary: 'Who reacted to a message, and with what.',
    run: async (tx, call) => {
      const id = await readable(tx, call);
      return cut((await listActs(tx, [id])).get(id)?.reactions ?? [], call, (row) => row.emoji);
    },
  }),
  operation({
    method: 'DELETE',
    path: '/messages/{id}/reactions/{emoji}',
    collection,
    summary: 'Take my reaction away.',
    run: async (tx, call) => react(tx, { id: await readable(tx, call), emoji: call.params['emoji'], on: false }),
  }),
  operation({
    method: 'GET',
    path: '/messages/{id}/versions',
    collection,
    list: true,
    summary: 'What a message said, from the first version to the present one; nothing of a message that was taken back.',
    run: async (tx, call) => cut(await listVersions(tx, await readable(tx, call)), call, (row) => row.at.toISOString()),
  }),
  operation({
    method: 'POST',
    path: '/messages/{id}/pin',
    collection,
    summary: 'Keep a message at hand for all who read the conversation.',
    run: async (tx, call) => pinMessage(tx, { id: await readable(tx, call), on: true }),
  }),
  operation({
    method: 'DELETE',
    path: '/messages/{id}/pin',
    collection,
    summary: 'Unpin it.',
    run: async (tx, call) => pinMessage(tx, { id: await readable(tx, call), on: false }),
  }),
  operation({
    method: 'GET',
    path: '/conversations/{id}/pins',
    collection,
    list: true,
    summary: 'What a conversation keeps at hand, the latest first.',
    run: async (tx, call) => {
      const conversation = await findConversation(tx, idOf(call));
      if (!conversation) throw notFound();
      return cut(await listPins(tx, conversation.id), call, (row) => row.message_id);
    },
  }),
  operation({
    method: 'GET',
    path: '/saved-messages',
    collection,
    list: true,
    summary: 'What I saved for later; nobody else sees it.',
    run: async (tx, call) => cut(await listSaved(tx), call, (row) => row.id),
  }),
  operation({
    method: 'POST',
    path: '/messages/{id}/save',
    collection,
    summary: 'Save a message for myself.',
    run: async (tx, call) => saveMessage(tx, { id: await readable(tx, call), on: true }),
  }),
  operation({
    method: 'DELETE',
    path: '/messages/{id}/save',
    collection,
    summary: 'No longer save it.',
    run: async (tx, call) => saveMessage(tx, { id: await readable(tx, call), on: false }),
  }),
  operation({
    method: 'GET',
    path: '/audiences/{id}/mentions',
    collection: 'audiences',
    list: true,
    summary: 'Whom I may name before these readers, by the beginning of a name; reads is null where I may not know who reads.',
    query: { q: 'The beginning of a name.' },
    run: async (tx, call) => {
      const audience = Number(call.params['id']);
      if (!Number.isInteger(audience) || audience < 1 || audience >= 2 ** 31) throw notFound();
      return cut(await suggestMentions(tx, { audience_id: audience, typed: call.query.get('q') ?? '', most: 50 }), call, (row) => `${row.kind}:${row.id}`);
    },
  }),
];
