import * as v from 'valibot';
import { archiveChannel, changeChannel, nameKeeper } from '#domains/channels/change-channel.server.ts';
import { ChangeChannel, OpenChannel } from '#domains/channels/model.ts';
import { openChannel } from '#domains/channels/open-channel.server.ts';
import { findChannel, listArchivedChannels, listAudienceChoices, listChannels, listKeepers } from '#domains/channels/queries.server.ts';
import { listThreads, listTimeline } from '#domains/conversations/queries.server.ts';
import { startThread } from '#domains/conversations/start-thread.server.ts';
import { StartThread } from '#domains/conversations/model.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { type Call, cursor, cut, operation } from '../operation.server.ts';

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
    method: 'PATCH',
    path: '/channels/{slug}',
    collection: 'channels',
    summary:
      "Change a channel I keep: name, purpose, rules, highest and usual label, who starts threads (keepers: announcements), whether it stands in everybody's list, whether it is archived.",
    input: v.object({ ...ChangeChannel.entries, archived: v.optional(v.boolean()) }),
    current: channel,
    run: async (tx, call) => {
      const { id } = await channel(tx, call as Call);
      const { archived, ...changes } = call.input;
      if (Object.keys(changes).length) await changeChannel(tx, id, changes);
      if (archived !== undefined) await archiveChannel(tx, id, archived);
      return channel(tx, call as Call);
    },
  }),
  operation({
    method: 'GET',
    path: '/archived-channels',
    collection: 'channels',
    list: true,
    summary: 'The archived channels I may read.',
    run: async (tx, call) => cut(await listArchivedChannels(tx), call, (row) => row.slug),
  }),
  operation({
    method: 'GET',
    path: '/channels/{slug}/keepers',
    collection: 'channels',
    list: true,
    summary: 'Who keeps it: whoever opened it, and whom they named.',
    run: async (tx, call) => cut(await listKeepers(tx, (await channel(tx, call)).id), call, (row) => row.byline_id),
  }),
  operation({
    method: 'POST',
    path: '/channels/{slug}/keepers',
    collection: 'channels',
    summary: 'Name somebody who writes there as a keeper, by their slug, or take that back.',
    input: v.object({ member: v.string(), keeps: v.optional(v.boolean(), true) }),
    run: async (tx, call) => nameKeeper(tx, (await channel(tx, call as Call)).id, call.input),
  }),
  operation({
    method: 'GET',
    path: '/channels/{slug}/timeline',
    collection: 'channels',
    list: true,
    summary: 'Its messages in one line with the titles of their threads; each page newest last, `next` leads to earlier ones.',
    run: async (tx, call) => {
      const before = Number(call.page.after ?? 0);
      const items = await listTimeline(tx, (await channel(tx, call)).conversation_id, { limit: call.page.limit, ...(before > 0 ? { before } : {}) });
      return { items, next: items.length === call.page.limit ? cursor(String(items[0]!.place)) : null };
    },
  }),
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
