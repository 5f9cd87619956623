import { redirect } from '@sveltejs/kit';
import { removeMessage } from '#domains/conversations/moderation/decide.server.ts';
import { REASONS } from '#domains/conversations/moderation/model.ts';
import { findMayKeep } from '#domains/conversations/moderation/queries.server.ts';
import { reasonName } from '#domains/conversations/moderation/words.ts';
import { keeping_remove_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { to } from '#ui/locale.ts';
import { refused } from '#ui/refused.server.ts';
import { shownMessage } from '../../placed.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = ({ locals, params, setHeaders }) =>
  as(locals.actor, async (tx) => {
    const { message, thread, place } = await shownMessage(tx, params.id);
    if (!(await findMayKeep(tx, params.id)).may_remove) throw notFound();
    setHeaders({ 'cache-control': 'private, no-store' });
    return {
      title: keeping_remove_title(),
      room: 'channels' as const,
      message,
      thread,
      place,
      reasons: REASONS.map((value) => ({ value, label: reasonName(value) })),
    };
  });

export const actions: Actions = {
  default: async ({ locals, params, request }) => {
    const form = await request.formData();
    try {
      await as(locals.actor, (tx) => removeMessage(tx, { message_id: params.id, reason: form.get('reason'), words: form.get('words') ?? '' }));
    } catch (error) {
      return refused(error, form);
    }
    redirect(303, to(`/m/${params.id}`));
  },
};
