import { redirect } from '@sveltejs/kit';
import { listLeads, nameLead } from '#domains/people/leads.server.ts';
import { deciding_leads } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { to } from '#ui/locale.ts';
import { refused } from '#ui/refused.server.ts';
import { requireMe } from '../entering.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
  await requireMe(event);
  const jurisdictions = await as(event.locals.actor, listLeads);
  return { title: deciding_leads(), room: 'people' as const, jurisdictions, saved: event.url.searchParams.has('saved') };
};

export const actions: Actions = {
  async default({ request, locals }) {
    const form = await request.formData();
    try {
      if (locals.actor.kind !== 'person') throw notFound('people.lead.not_found');
      await as(locals.actor, (tx) => nameLead(tx, Object.fromEntries(form)));
    } catch (error) {
      return refused(error, form);
    }
    redirect(303, to('/jurisdictions?saved'));
  },
};
