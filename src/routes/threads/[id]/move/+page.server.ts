import { redirect } from '@sveltejs/kit';
import { listChannels } from '#domains/channels/queries.server.ts';
import { moveThread, planMove } from '#domains/conversations/move-thread.server.ts';
import { findThread } from '#domains/conversations/queries.server.ts';
import { channels_move } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { errorText } from '#ui/error-text.server.ts';
import { to } from '#ui/locale.ts';
import { refused } from '#ui/refused.server.ts';
import { requireMe } from '../../../entering.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

const isId = (text: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);

export const load: PageServerLoad = async (event) => {
  await requireMe(event);
  return as(event.locals.actor, async (tx) => {
    const thread = isId(event.params.id) ? await findThread(tx, event.params.id) : undefined;
    if (!thread?.may_move) throw notFound();
    const channels = (await listChannels(tx)).filter(
      (each) => each.conversation_id !== thread.conversation_id && (each.starters === 'readers' || each.may_change),
    );
    const target = channels.find((each) => each.slug === event.url.searchParams.get('channel'));
    const plan = target ? await planMove(tx, { id: thread.id, conversation_id: target.conversation_id }) : null;
    return {
      title: channels_move(),
      room: 'channels' as const,
      thread: { id: thread.id, title: thread.title },
      channels: channels.map(({ slug, name, audience, readers }) => ({ slug, name, audience, readers })),
      target: target && { name: target.name, slug: target.slug, audience: target.audience, conversation_id: target.conversation_id },
      plan: plan && { ...plan, refused: plan.refusal && errorText(plan.refusal) },
    };
  });
};

export const actions: Actions = {
  async default({ request, locals, params }) {
    const form = await request.formData();
    let id: string;
    try {
      ({ id } = await as(locals.actor, (tx) =>
        moveThread(tx, { id: params.id, conversation_id: form.get('conversation_id'), gaining: Number(form.get('gaining')) }),
      ));
    } catch (error) {
      return refused(error, form);
    }
    redirect(303, to(`/threads/${id}`));
  },
};
