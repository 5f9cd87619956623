import type { Tx } from '#platform/database/open.server.ts';
import { type MessageView, viewMessages } from './message-view.server.ts';
import { PAGE_SIZE } from './model.ts';
import { listTimeline, markTimelineRead } from './queries.server.ts';

export type TimelineView = { messages: Array<MessageView & { title: string; resolved: boolean }>; earlier: number | null };

/** What a page shows of a conversation in one line, whatever the thread; showing its end marks read what stands there. */
export async function loadTimeline(tx: Tx, conversationId: string, options: { before?: string | null; seen?: boolean } = {}): Promise<TimelineView> {
  const before = /^[1-9]\d{0,8}$/.test(options.before ?? '') ? Number(options.before) : undefined;
  const found = await listTimeline(tx, conversationId, before ? { before } : {});
  if (!before && options.seen !== false && found.length) await markTimelineRead(tx, found);
  return {
    messages: (await viewMessages(tx, found, { me: null })).map(({ resolved_at, ...message }) => ({ ...message, resolved: resolved_at !== null })),
    earlier: found.length === PAGE_SIZE ? found[0]!.place : null,
  };
}
