import * as v from 'valibot';
import { OpenChannel } from '#domains/channels/model.ts';
import { openChannel } from '#domains/channels/open-channel.server.ts';
import { findChannel, listAudienceChoices, listChannels } from '#domains/channels/queries.server.ts';
import { listThreads } from '#domains/conversations/queries.server.ts';
import { startThread } from '#domains/conversations/start-thread.server.ts';
import { StartThread } from '#domains/conversations/model.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { type Call, cut, operation } from '../operation.server.ts';

const channel = async (tx: Tx, { params }: Call) => {
  const found = await findChannel(tx, params.slug!);
  if (!found) throw notFound();
  return found;
};

export const channels = [
  operation({
    method: 'GET',
    path: '/channels',
    collection: 'channels',
    list: true,
    summary: 'The channels I may read, with what I have not read.',
    run: async (tx, call) => cut(await listChannels(tx), call, (row) => row.slug),
  }),
  operation({
    method: 'GET',
    path: '/audiences',
    collection: 'channels',
    list: true,
    summary: 'For whom I may open a channel, and the labels each admits.',
    run: async (tx, call) => cut(await listAudienceChoices(tx), call, (row) => String(row.id)),
  }),
  operation({
    method: 'POST',
    path: '/channels',
    collection: 'channels',
    summary: 'Open a channel.',
    input: v.omit(OpenChannel, ['retry_key']),
    run: async (tx, { input, retryKey }) => openChannel(tx, { ...input, retry_key: retryKey }),
  }),
  operation({ method: 'GET', path: '/channels/{slug}', collection: 'channels', summary: 'One channel.', run: channel }),
  operation({
    method: 'GET',
    path: '/channels/{slug}/threads',
    collection: 'channels',
    list: true,
    summary: 'Its threads by latest activity.',
    run: async (tx, call) => cut(await listThreads(tx, (await channel(tx, call)).conversation_id, { limit: 5000 }), call, (row) => row.id),
  }),
  operation({
    method: 'POST',
    path: '/channels/{slug}/threads',
    collection: 'channels',
    summary: 'Start a thread with its first message.',
    input: v.omit(StartThread, ['retry_key', 'conversation_id']),
    run: async (tx, call) => startThread(tx, { ...call.input, conversation_id: (await channel(tx, call as Call)).conversation_id, retry_key: call.retryKey }),
  }),
];
