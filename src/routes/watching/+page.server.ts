import { redirect } from '@sveltejs/kit';
import { listWatches, setWatch } from '#domains/library/watching/watch.server.ts';
import { safeNext } from '#domains/people/model.ts';
import { watching_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { to } from '#ui/locale.ts';
import { refused } from '#ui/refused.server.ts';
import { requireMe } from '../entering.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
  await requireMe(event);
  const watches = await as(event.locals.actor, listWatches);
  return { title: watching_title(), room: 'library' as const, watches: watches.map((each) => ({ ...each, since: each.since.toISOString() })) };
};

export const actions: Actions = {
  async default(event) {
    await requireMe(event);
    const form = await event.request.formData();
    try {
      await as(event.locals.actor, (tx) => setWatch(tx, Object.fromEntries(form)));
    } catch (error) {
      return refused(error, form);
    }
    redirect(303, to(safeNext(String(form.get('back') || '/watching'))));
  },
};
