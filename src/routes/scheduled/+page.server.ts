import { listDrafts, removeDraft } from '#domains/conversations/drafts.server.ts';
import { cancelScheduled, changeScheduled, listScheduled } from '#domains/conversations/schedule-message.server.ts';
import { talk_scheduled } from '#paraglide/messages.js';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { errorText } from '#ui/error-text.server.ts';
import { refused } from '#ui/refused.server.ts';
import { requireMe } from '../entering.server.ts';
import { placesOf } from '../places.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
  const me = await requireMe(event);
  const { scheduled, drafts, places } = await as(event.locals.actor, async (tx) => {
    const [scheduled, drafts] = [await listScheduled(tx), await listDrafts(tx)];
    const held = [...scheduled, ...drafts].flatMap(({ subject_id }) => (subject_id ? [{ subjectId: subject_id }] : []));
    return { scheduled, drafts, places: await placesOf(tx, held) };
  });
  const addressOf = (kind: string | null, id: string | null, thread: string | null) => {
    const place = places.get(id ?? '');
    if (!place) return null;
    return kind === 'channel' ? `${place.address}${thread ? `/${thread}` : ''}` : `${place.address}${thread ? `?thread=${thread}` : ''}`;
  };
  return {
    title: talk_scheduled(),
    room: 'channels' as const,
    time_zone: me.time_zone,
    scheduled: scheduled.map((each) => ({
      ...each,
      send_at: each.send_at.toISOString(),
      why: each.why && errorText(each.why),
      place: places.get(each.subject_id ?? '')?.name ?? '',
    })),
    drafts: drafts.map((each) => ({
      ...each,
      updated_at: each.updated_at.toISOString(),
      place: places.get(each.subject_id)?.name ?? '',
      address: addressOf(each.subject_kind, each.subject_id, each.thread_id),
    })),
  };
};

async function done(actor: Actor, request: Request, act: (tx: Tx, form: FormData) => Promise<void>) {
  const form = await request.formData();
  try {
    await as(actor, (tx) => act(tx, form));
    return { done: true };
  } catch (error) {
    return refused(error, form);
  }
}
const idOf = (form: FormData) => ({ id: String(form.get('id') ?? '') });

export const actions: Actions = {
  change: ({ locals, request }) =>
    done(locals.actor, request, (tx, form) =>
      changeScheduled(tx, { ...idOf(form), body: form.get('body'), marking: form.get('mark') || null, send_at: form.get('send_at') }),
    ),
  cancel: ({ locals, request }) => done(locals.actor, request, (tx, form) => cancelScheduled(tx, idOf(form))),
  drop: ({ locals, request }) => done(locals.actor, request, (tx, form) => removeDraft(tx, idOf(form))),
};
