import { redirect } from '@sveltejs/kit';
import { placeHold } from '#domains/records/place-hold.server.ts';
import { listHolds } from '#domains/records/queries.server.ts';
import { records_holds_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { to } from '#ui/locale.ts';
import { refused } from '#ui/refused.server.ts';
import { requireMe } from '../entering.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
  await requireMe(event);
  const { holds, mayPlace } = await as(event.locals.actor, listHolds);
  if (!mayPlace) throw notFound('records.hold.not_found');
  return { title: records_holds_title(), holds, done: event.url.searchParams.has('done') };
};

export const actions: Actions = {
  async default({ request, locals }) {
    const form = await request.formData();
    try {
      if (locals.actor.kind !== 'person') throw notFound('records.hold.not_found');
      await as(locals.actor, (tx) => placeHold(tx, Object.fromEntries(form)));
    } catch (error) {
      return refused(error, form);
    }
    redirect(303, to('/holds?done'));
  },
};
