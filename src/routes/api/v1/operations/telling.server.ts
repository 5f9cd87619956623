import { listRings } from '#domains/conversations/moderation/bell.server.ts';
import { listNewCalls, listNewThreads } from '#domains/conversations/telling/catch-up.server.ts';
import { changeChoices, findChoices } from '#domains/conversations/telling/change-choices.server.ts';
import { Choices } from '#domains/conversations/telling/choices.ts';
import { ReadUp, readUp } from '#domains/conversations/telling/read-up.server.ts';
import { operation } from '../operation.server.ts';

const collection = 'conversations';

export const telling = [
  operation({
    method: 'GET',
    path: '/me/catch-up',
    collection,
    summary:
      'What is new since I last read: calls (messages that name me or are written to me), threads with their unread count, and order (reports that wait for me, decisions about me or what I reported); latest first, at most a hundred of each.',
    run: async (tx) => ({ calls: await listNewCalls(tx), threads: await listNewThreads(tx), order: await listRings(tx) }),
  }),
  operation({
    method: 'POST',
    path: '/me/read',
    collection,
    summary: 'Mark threads read, each as far as the given number; what came since stays new.',
    input: ReadUp,
    run: (tx, { input }) => readUp(tx, input),
  }),
  operation({
    method: 'GET',
    path: '/me/telling',
    collection,
    summary: 'How I am told of messages: by mail now, hourly, daily or never; when the daily mail comes, and my quiet hours, in my time zone.',
    run: (tx) => findChoices(tx),
  }),
  operation({
    method: 'PATCH',
    path: '/me/telling',
    collection,
    summary: 'Say how I want to be told of messages; what is left out stays.',
    input: Choices,
    run: (tx, { input }) => changeChoices(tx, input),
  }),
];
