import type { RequestHandler } from './$types.js';
import { countRings } from '#domains/conversations/moderation/bell.server.ts';
import { countNew } from '#domains/conversations/telling/catch-up.server.ts';
import { unreadCounts, unreadThreads } from '#domains/conversations/queries.server.ts';
import { countRequestRings } from '#domains/library/deciding/bell.server.ts';
import { common_unread } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';

/** What I have not read, for the numbers on open pages: in words too, because the script knows no plurals. `?conversation=` adds its threads. */
export const GET: RequestHandler = async ({ locals, url }) => {
  const conversation = url.searchParams.get('conversation');
  const { count, rings, requests, all, threads } = await as(locals.actor, async (tx) => ({
    count: await countNew(tx),
    rings: await countRings(tx),
    requests: await countRequestRings(tx),
    all: await unreadCounts(tx, ['channel', 'direct']),
    threads: conversation && /^[0-9a-f-]{36}$/.test(conversation) ? await unreadThreads(tx, conversation) : [],
  }));
  const items = [
    ...all.map((each) => ({ of: `conversation:${each.conversation_id}`, count: each.fresh })),
    ...threads.map((each) => ({ of: `thread:${each.id}`, count: each.unread })),
  ];
  return Response.json({
    count: count + rings.waiting + rings.told + requests,
    items: items.map((item) => ({ ...item, words: common_unread({ count: item.count }) })),
  });
};
