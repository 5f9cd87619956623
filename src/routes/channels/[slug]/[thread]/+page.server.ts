import { redirect } from '@sveltejs/kit';
import type { Actions, PageServerLoad } from './$types.js';
import { findChannel, listChannels } from '#domains/channels/queries.server.ts';
import { loadConversation, optionsOf } from '#domains/conversations/load-conversation.server.ts';
import { findMovedThread } from '#domains/conversations/move-thread.server.ts';
import { as } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { to } from '#ui/locale.ts';
import { talkActions } from '../../../talk.server.ts';

export const load: PageServerLoad = ({ locals, params, url, request }) =>
  as(locals.actor, async (tx) => {
    const channel = await findChannel(tx, params.slug);
    if (!channel) throw notFound();
    const view = await loadConversation(tx, { kind: 'channel', id: channel.id }, { ...optionsOf(url, request), thread: params.thread });
    if (!view.thread) throw notFound();
    // Whoever reads the new place is led there, and what stands after # goes along.
    if (view.thread.moved_to && !url.searchParams.has('here') && (await findMovedThread(tx, view.thread.id))) redirect(303, to(`/threads/${view.thread.id}`));
    return { title: view.thread.title, room: 'channels' as const, channel, view, channels: await listChannels(tx) };
  });

export const actions: Actions = talkActions(async (tx, { params }) => {
  const channel = await findChannel(tx, params['slug'] ?? '');
  if (!channel) throw notFound();
  return { subject: { kind: 'channel', id: channel.id }, back: ({ thread_id }) => `/channels/${channel.slug}/${thread_id ?? params['thread'] ?? ''}` };
});
