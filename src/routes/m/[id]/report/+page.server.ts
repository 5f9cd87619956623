import { redirect } from '@sveltejs/kit';
import { findMayKeep } from '#domains/conversations/moderation/queries.server.ts';
import { reportMessage } from '#domains/conversations/moderation/report-message.server.ts';
import { REASONS } from '#domains/conversations/moderation/model.ts';
import { reasonName } from '#domains/conversations/moderation/words.ts';
import { keeping_report_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { errorText } from '#ui/error-text.server.ts';
import { to } from '#ui/locale.ts';
import { refused } from '#ui/refused.server.ts';
import { shownMessage } from '../../placed.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = ({ locals, params, setHeaders }) =>
  as(locals.actor, async (tx) => {
    const { message, thread, place } = await shownMessage(tx, params.id);
    const { may_report, goes } = await findMayKeep(tx, params.id);
    if (!may_report || !goes) throw notFound();
    setHeaders({ 'cache-control': 'private, no-store' });
    return {
      title: keeping_report_title(),
      room: 'channels' as const,
      message,
      thread,
      place,
      goes: { ...goes, refusal: goes.refusal && errorText(goes.refusal) },
      reasons: REASONS.map((value) => ({ value, label: reasonName(value) })),
    };
  });

export const actions: Actions = {
  default: async ({ locals, params, request }) => {
    const form = await request.formData();
    try {
      await as(locals.actor, (tx) =>
        reportMessage(tx, { message_id: params.id, reason: form.get('reason'), words: form.get('words') ?? '', hand_over: form.get('hand_over') === 'yes' }),
      );
    } catch (error) {
      return refused(error, form);
    }
    redirect(303, to('/reports'));
  },
};
