import * as v from 'valibot';
import { Draft, keepDraft, listDrafts, removeDraft } from '#domains/conversations/drafts.server.ts';
import { findPoll, Vote, vote } from '#domains/conversations/polls.server.ts';
import {
  cancelScheduled,
  ChangeScheduled,
  changeScheduled,
  listScheduled,
  ScheduleMessage,
  scheduleMessage,
} from '#domains/conversations/schedule-message.server.ts';
import { notFound } from '#platform/errors.ts';
import { type Call, cut, operation } from '../operation.server.ts';

const collection = 'conversations';
const Id = v.pipe(v.string(), v.uuid('common.not_found'));
const idOf = ({ params }: Pick<Call, 'params'>) => {
  if (!v.is(Id, params['id'])) throw notFound();
  return params['id']!;
};

export const writingAhead = [
  operation({
    method: 'GET',
    path: '/drafts',
    collection,
    list: true,
    summary: 'What I began and did not say; nobody else sees it.',
    run: async (tx, call) => cut(await listDrafts(tx), call, (row) => row.id),
  }),
  operation({
    method: 'POST',
    path: '/drafts',
    collection,
    summary: 'Keep what I began in a thread, or as a new thread about a subject; nothing written lets it go.',
    input: Draft,
    run: (tx, { input }) => keepDraft(tx, input),
  }),
  operation({ method: 'DELETE', path: '/drafts/{id}', collection, summary: 'Let a draft go.', run: (tx, call) => removeDraft(tx, { id: idOf(call) }) }),
  operation({
    method: 'GET',
    path: '/scheduled-messages',
    collection,
    list: true,
    summary: 'What I scheduled: what was not sent and why, what waits, what was sent.',
    run: async (tx, call) => cut(await listScheduled(tx), call, (row) => row.id),
  }),
  operation({
    method: 'POST',
    path: '/scheduled-messages',
    collection,
    summary:
      'Post a message later, as me and with my rights of then: in a thread, or in a conversation under a title; with a poll, whose hours count from then.',
    input: v.omit(ScheduleMessage, ['retry_key']),
    run: (tx, call) => scheduleMessage(tx, { ...call.input, retry_key: call.retryKey }),
  }),
  operation({
    method: 'PATCH',
    path: '/scheduled-messages/{id}',
    collection,
    summary: 'Change what waits, or its moment.',
    input: v.omit(ChangeScheduled, ['id']),
    run: (tx, call) => changeScheduled(tx, { ...call.input, id: idOf(call) }),
  }),
  operation({
    method: 'DELETE',
    path: '/scheduled-messages/{id}',
    collection,
    summary: 'Take one out of my list; what waits is not sent.',
    run: (tx, call) => cancelScheduled(tx, { id: idOf(call) }),
  }),
  operation({
    method: 'GET',
    path: '/messages/{id}/poll',
    collection,
    summary: 'The poll under a message, with what I chose.',
    run: (tx, call) => findPoll(tx, idOf(call)),
  }),
  operation({
    method: 'POST',
    path: '/messages/{id}/votes',
    collection,
    summary: 'My answer to a poll, by the places of what I choose, instead of the one before; none takes it back.',
    input: v.omit(Vote, ['id']),
    run: (tx, call) => vote(tx, { ...call.input, id: idOf(call) }),
  }),
];
