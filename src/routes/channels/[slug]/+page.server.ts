import type { Actions, PageServerLoad } from './$types.js';
import { findChannel, listChannels } from '#domains/channels/queries.server.ts';
import { isSeen, loadConversation } from '#domains/conversations/load-conversation.server.ts';
import { loadTimeline } from '#domains/conversations/load-timeline.server.ts';
import { as } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { talkActions } from '../../talk.server.ts';

export const load: PageServerLoad = ({ locals, params, url, request }) =>
  as(locals.actor, async (tx) => {
    const channel = await findChannel(tx, params.slug);
    if (!channel) throw notFound();
    const view = await loadConversation(tx, { kind: 'channel', id: channel.id });
    const timeline = (url.searchParams.get('view') ?? view.conversation?.view) === 'timeline';
    const seen = isSeen(request);
    return {
      title: channel.name,
      room: 'channels' as const,
      channel,
      view,
      channels: await listChannels(tx),
      timeline: timeline
        ? await loadTimeline(tx, channel.conversation_id, { before: url.searchParams.get('before'), seen, me: view.my_byline, threads: view.threads })
        : null,
    };
  });

export const actions: Actions = talkActions(async (tx, { params }) => {
  const channel = await findChannel(tx, params['slug'] ?? '');
  if (!channel) throw notFound();
  return { subject: { kind: 'channel', id: channel.id }, back: ({ thread_id }) => `/channels/${channel.slug}${thread_id ? `/${thread_id}` : ''}` };
});
