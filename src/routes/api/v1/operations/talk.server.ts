import * as v from 'valibot';
import { withFiles } from '#domains/conversations/attach-files.server.ts';
import { renameThread, resolveThread } from '#domains/conversations/change-thread.server.ts';
import { editMessage } from '#domains/conversations/edit-message.server.ts';
import { markRead } from '#domains/conversations/mark-read.server.ts';
import { EditMessage, PostMessage, StartThread, SUBJECT_KINDS } from '#domains/conversations/model.ts';
import { listDirect, OpenDirect, openDirect } from '#domains/conversations/direct.server.ts';
import { openConversation } from '#domains/conversations/open-conversation.server.ts';
import { askPoll, NewPoll } from '#domains/conversations/polls.server.ts';
import { postMessage } from '#domains/conversations/post-message.server.ts';
import {
  findConversation,
  findConversationFor,
  findMessage,
  findThread,
  listMessages,
  listThreads,
  unreadCounts,
} from '#domains/conversations/queries.server.ts';
import { startThread } from '#domains/conversations/start-thread.server.ts';
import { takeBackMessage } from '#domains/conversations/take-back-message.server.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { parse } from '#platform/input.ts';
import { type Call, cursor, cut, operation } from '../operation.server.ts';

const collection = 'conversations';
const Subject = v.object({ kind: v.picklist(SUBJECT_KINDS), id: v.pipe(v.string(), v.uuid('common.not_found')) });
const Id = v.pipe(v.string(), v.uuid('common.not_found'));
const idOf = ({ params }: Call) => parseId(params.id!);
const there = <T>(found: T | undefined): T => {
  if (found === undefined) throw notFound();
  return found;
};
const message = async (tx: Tx, call: Call) => (await withFiles(tx, [there(await findMessage(tx, idOf(call)))]))[0]!;
const thread = async (tx: Tx, call: Call) => there(await findThread(tx, idOf(call)));

function parseId(text: string): string {
  if (!v.is(Id, text)) throw notFound();
  return text;
}

export const talk = [
  operation({
    method: 'GET',
    path: '/unread',
    collection,
    list: true,
    summary: 'What I have not read, by conversation; fresh leaves out the threads I muted.',
    run: async (tx, call) => cut(await unreadCounts(tx), call, (row) => row.conversation_id),
  }),
  operation({
    method: 'GET',
    path: '/conversations',
    collection,
    list: true,
    summary: 'The conversation about a subject, if there is one.',
    query: { subject_kind: 'channel, page, control, change_request, direct.', subject_id: 'Its id.' },
    run: async (tx, { query }) => {
      const found = await findConversationFor(tx, parse(Subject, { kind: query.get('subject_kind'), id: query.get('subject_id') }));
      return { items: found ? [found] : [], next: null };
    },
  }),
  operation({
    method: 'POST',
    path: '/conversations',
    collection,
    summary: 'Open the conversation about a subject, or find the one there is.',
    input: v.object({ subject: Subject }),
    run: (tx, { input }) => openConversation(tx, input),
  }),
  operation({
    method: 'GET',
    path: '/conversations/{id}/threads',
    collection,
    list: true,
    summary: 'The threads of a conversation by latest activity.',
    run: async (tx, call) => cut(await listThreads(tx, there(await findConversation(tx, idOf(call))).id, { limit: 5000 }), call, (row) => row.id),
  }),
  operation({
    method: 'POST',
    path: '/conversations/{id}/threads',
    collection,
    summary: 'Start a thread with its first message.',
    input: v.omit(StartThread, ['retry_key', 'conversation_id']),
    run: (tx, call) => startThread(tx, { ...call.input, conversation_id: idOf(call as Call), retry_key: call.retryKey }),
  }),
  operation({
    method: 'GET',
    path: '/direct-messages',
    collection,
    list: true,
    summary: 'My direct conversations, the latest first; their threads and messages are read as those of any conversation (conversation_id).',
    run: async (tx, call) => cut(await listDirect(tx), call, (row) => row.id),
  }),
  operation({
    method: 'POST',
    path: '/direct-messages',
    collection,
    summary: 'Open the direct conversation of myself and these people, by slug, or find the one there is.',
    input: OpenDirect,
    run: (tx, { input }) => openDirect(tx, input),
  }),
  operation({ method: 'GET', path: '/threads/{id}', collection, summary: 'One thread.', run: thread }),
  operation({
    method: 'PATCH',
    path: '/threads/{id}',
    collection,
    summary: 'Rename, resolve or reopen my thread.',
    input: v.object({ title: v.optional(v.string()), resolved: v.optional(v.boolean()) }),
    current: thread,
    run: async (tx, call) => {
      const id = idOf(call as Call);
      if (call.input.title !== undefined) await renameThread(tx, { id, title: call.input.title });
      if (call.input.resolved !== undefined) await resolveThread(tx, { id, resolved: call.input.resolved });
      return thread(tx, call as Call);
    },
  }),
  operation({
    method: 'GET',
    path: '/threads/{id}/messages',
    collection,
    list: true,
    summary: 'Its messages; each page newest last, `next` leads to earlier ones.',
    run: async (tx, call) => {
      const { id } = await thread(tx, call as Call);
      const before = Number(call.page.after ?? 0);
      const items = await withFiles(tx, await listMessages(tx, id, { limit: call.page.limit, ...(before > 0 ? { before } : {}) }));
      const first = items[0];
      return { items, next: first && first.number > 1 ? cursor(String(first.number)) : null };
    },
  }),
  operation({
    method: 'POST',
    path: '/threads/{id}/messages',
    collection,
    summary: 'Post a message, with a poll if it asks one.',
    input: v.object({ ...v.omit(PostMessage, ['retry_key', 'thread_id']).entries, poll: v.optional(NewPoll) }),
    run: async (tx, call) => {
      const { poll, ...message } = call.input;
      const posted = await postMessage(tx, { ...message, thread_id: idOf(call as Call), retry_key: call.retryKey }, { last: !poll });
      if (poll && !posted.repeated) await askPoll(tx, posted.id, poll);
      return posted;
    },
  }),
  operation({
    method: 'POST',
    path: '/threads/{id}/read',
    collection,
    summary: 'Say how far I have read; only ever forwards.',
    input: v.object({ number: v.pipe(v.number(), v.integer(), v.minValue(0)) }),
    run: async (tx, call) => {
      await markRead(tx, { thread_id: (await thread(tx, call as Call)).id, number: call.input.number });
      return thread(tx, call as Call);
    },
  }),
  operation({ method: 'GET', path: '/messages/{id}', collection, summary: 'One message.', run: message }),
  operation({
    method: 'PATCH',
    path: '/messages/{id}',
    collection,
    summary: 'Edit my message; what it said before is kept.',
    input: v.omit(EditMessage, ['id']),
    current: message,
    run: async (tx, call) => {
      await editMessage(tx, { ...call.input, id: idOf(call as Call) });
      return message(tx, call as Call);
    },
  }),
  operation({
    method: 'DELETE',
    path: '/messages/{id}',
    collection,
    summary: 'Take my message back; a mark stays where it stood.',
    current: message,
    run: async (tx, call) => {
      await takeBackMessage(tx, { id: idOf(call) });
    },
  }),
];
