import { redirect } from '@sveltejs/kit';
import { askOwnData } from '#domains/records/exports/ask-export.server.ts';
import { askErasure, findErasure } from '#domains/records/erasing/erasure.server.ts';
import { listExports } from '#domains/records/exports/queries.server.ts';
import { records_data_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { to } from '#ui/locale.ts';
import { refused } from '#ui/refused.server.ts';
import { requireMe } from '../../entering.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
  const me = await requireMe(event);
  return as(event.locals.actor, async (tx) => ({
    title: records_data_title(),
    me: me.slug,
    exports: await listExports(tx, null),
    erasure: await findErasure(tx, me.id),
    asked: event.url.searchParams.has('asked'),
  }));
};

export const actions: Actions = {
  async make(event) {
    await requireMe(event);
    try {
      await as(event.locals.actor, askOwnData);
    } catch (error) {
      return refused(error);
    }
    redirect(303, to('/account/data?asked'));
  },
  async erase(event) {
    const me = await requireMe(event);
    const form = await event.request.formData();
    try {
      await as(event.locals.actor, (tx) => askErasure(tx, { memberId: me.id, wanted: form.get('wanted') === 'yes' }));
    } catch (error) {
      return refused(error, form);
    }
    redirect(303, to('/account/data'));
  },
};
