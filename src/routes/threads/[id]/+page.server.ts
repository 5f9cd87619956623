import { redirect } from '@sveltejs/kit';
import { findMovedThread } from '#domains/conversations/move-thread.server.ts';
import { findConversation, findThread } from '#domains/conversations/queries.server.ts';
import { findCommentAddress } from '#domains/library/comments/queries.server.ts';
import { as } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { to } from '#ui/locale.ts';
import { addressIn, placesOf } from '../../places.server.ts';
import type { PageServerLoad } from './$types.js';

/** Leads to a thread where it is talked about, also after it was moved; the part of the address after # goes along. */
export const load: PageServerLoad = async ({ locals, params, url }) => {
  const address = await as(locals.actor, async (tx) => {
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(params.id)) throw notFound();
    // ?here shows the notice in the old place.
    const moved = url.searchParams.has('here') ? undefined : await findMovedThread(tx, params.id);
    const thread = await findThread(tx, moved?.id ?? params.id);
    const comment = await findCommentAddress(tx, thread?.id ?? null);
    if (comment) return comment;
    const talk = thread && (await findConversation(tx, thread.conversation_id));
    const place = talk && (await placesOf(tx, [{ subjectId: talk.subject_id }])).get(talk.subject_id);
    if (!place) throw notFound();
    return `${addressIn(place, talk.subject_kind, thread.id)}${url.searchParams.has('here') ? (talk.subject_kind === 'channel' ? '?here' : '&here') : ''}`;
  });
  redirect(303, to(address));
};
