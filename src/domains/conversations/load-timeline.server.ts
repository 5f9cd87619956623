import type { Tx } from '#platform/database/open.server.ts';
import { type MessageView, viewMessages } from './message-view.server.ts';
import { PAGE_SIZE } from './model.ts';
import { listTimeline, markTimelineRead } from './queries.server.ts';

export type TimelineView = {
  messages: Array<MessageView & { title: string; resolved: boolean }>;
  earlier: number | null;
  /** The first message I had not read, and how many there are on this page. */
  since: { from: string; count: number } | null;
};
type Options = { before?: string | null; seen?: boolean; me?: string | null; threads?: Array<{ id: string; read_number: number }> };

/** What a page shows of a conversation in one line, whatever the thread; showing its end marks read what stands there. */
export async function loadTimeline(tx: Tx, conversationId: string, options: Options = {}): Promise<TimelineView> {
  const before = /^[1-9]\d{0,8}$/.test(options.before ?? '') ? Number(options.before) : undefined;
  const found = await listTimeline(tx, conversationId, before ? { before } : {});
  if (!before && options.seen !== false && found.length) await markTimelineRead(tx, found);
  const read = new Map(options.threads?.map((thread) => [thread.id, thread.read_number]));
  const fresh = options.me ? found.filter((message) => !message.mine && message.number > (read.get(message.thread_id) ?? Number.POSITIVE_INFINITY)) : [];
  return {
    messages: (await viewMessages(tx, found, { me: options.me ?? null })).map(({ resolved_at, ...message }) => ({
      ...message,
      resolved: resolved_at !== null,
    })),
    since: fresh[0] ? { from: fresh[0].id, count: fresh.length } : null,
    earlier: found.length === PAGE_SIZE ? found[0]!.place : null,
  };
}
