import * as v from 'valibot';
import { listRings } from '#domains/conversations/moderation/bell.server.ts';
import { listNewCalls, listNewThreads } from '#domains/conversations/telling/catch-up.server.ts';
import { changeChoices, findChoices } from '#domains/conversations/telling/change-choices.server.ts';
import { Choices } from '#domains/conversations/telling/choices.ts';
import { ReadUp, readUp } from '#domains/conversations/telling/read-up.server.ts';
import { listBrowsers, pushKey, Subscription, subscribe, unsubscribe } from '#domains/conversations/telling/subscriptions.server.ts';
import { notFound } from '#platform/errors.ts';
import { cut, operation } from '../operation.server.ts';

const collection = 'conversations';
const Id = v.pipe(v.string(), v.uuid());

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
  operation({
    method: 'GET',
    path: '/push-key',
    collection: 'push',
    summary: 'The public key of this hub that a Web Push subscription is made for (VAPID, base64url).',
    run: async () => ({ public_key: pushKey() }),
  }),
  operation({
    method: 'GET',
    path: '/push-subscriptions',
    collection: 'push',
    list: true,
    summary: 'The browsers and programs of mine that are told by push; never where they are reached. here: this token itself.',
    run: async (tx, call) => cut(await listBrowsers(tx), call, (row) => row.id),
  }),
  operation({
    method: 'POST',
    path: '/push-subscriptions',
    collection: 'push',
    summary:
      'Let the program that holds this token be told by push, as the Push API of a browser gives it. It ends with the token, and is not told, not even that something waits, of what the token may not read.',
    input: Subscription,
    run: (tx, { input }) => subscribe(tx, input, true),
  }),
  operation({
    method: 'DELETE',
    path: '/push-subscriptions/{id}',
    collection: 'push',
    summary: 'Tell one of my browsers or programs no more.',
    run: async (tx, { params }) => {
      if (!v.is(Id, params['id'])) throw notFound();
      await unsubscribe(tx, { id: params['id'] });
    },
  }),
];
