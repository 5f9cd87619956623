import { changeChoices, findChoices } from '#domains/conversations/telling/change-choices.server.ts';
import { Choices } from '#domains/conversations/telling/choices.ts';
import { messages_told_saved, messages_told_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { parse } from '#platform/input.ts';
import { refused } from '#ui/refused.server.ts';
import { requireMe } from '../../entering.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
  await requireMe(event);
  return { title: messages_told_title(), room: 'people' as const, told: await as(event.locals.actor, findChoices) };
};

export const actions: Actions = {
  async default({ request, locals }) {
    const form = await request.formData();
    try {
      await as(locals.actor, (tx) => changeChoices(tx, parse(Choices, Object.fromEntries(form))));
      return { done: messages_told_saved() };
    } catch (error) {
      return refused(error, form);
    }
  },
};
