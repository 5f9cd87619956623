import { confirmMembers } from '#domains/people/confirming/confirm-members.server.ts';
import { findConfirming } from '#domains/people/confirming/confirmations.server.ts';
import { people_confirm_done, people_confirm_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { refused } from '#ui/refused.server.ts';
import { requireMe } from '../../../entering.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
  await requireMe(event);
  const organization = await as(event.locals.actor, (tx) => findConfirming(tx, event.params.slug));
  if (!organization) throw notFound('people.organization.not_found');
  return { title: people_confirm_title(), room: 'people' as const, organization };
};

export const actions: Actions = {
  async default(event) {
    await requireMe(event);
    const form = await event.request.formData();
    const said = (answer: string) => [...form].flatMap(([name, value]) => (name.startsWith('of/') && value === answer ? [name.slice(3)] : []));
    try {
      const input = { organization: event.params.slug, works: said('works'), left: said('left'), reason: String(form.get('reason') ?? '') };
      const { confirmed, ended } = await as(event.locals.actor, (tx) => confirmMembers(tx, input));
      return { done: people_confirm_done({ confirmed, ended }) };
    } catch (error) {
      return refused(error, form);
    }
  },
};
