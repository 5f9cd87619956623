import { listSaved, saveMessage } from '#domains/conversations/message-acts.server.ts';
import { briefly } from '#lib/text/say-message.ts';
import { talk_saved } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { refused } from '#ui/refused.server.ts';
import { requireMe } from '../entering.server.ts';
import { placesOf } from '../places.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
  await requireMe(event);
  const saved = await as(event.locals.actor, async (tx) => {
    const all = await listSaved(tx);
    const places = await placesOf(
      tx,
      all.map(({ subject_id }) => ({ subjectId: subject_id })),
    );
    return all.map(({ body, at, ...each }) => ({
      ...each,
      at: at.toISOString(),
      words: briefly(body, 300),
      place: places.get(each.subject_id)?.name ?? '',
    }));
  });
  return { title: talk_saved(), room: 'channels' as const, saved };
};

export const actions: Actions = {
  default: async ({ locals, request }) => {
    const form = await request.formData();
    try {
      await as(locals.actor, (tx) => saveMessage(tx, { id: String(form.get('id')), on: false }));
      return { done: true };
    } catch (error) {
      return refused(error, form);
    }
  },
};
