import { followTopics, listTopics } from '#domains/people/circles/topics.server.ts';
import { circles_following, circles_following_saved } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { refused } from '#ui/refused.server.ts';
import { requireMe } from '../../entering.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
  await requireMe(event);
  return { title: circles_following(), room: 'people' as const, topics: await as(event.locals.actor, listTopics) };
};

export const actions: Actions = {
  async default({ request, locals }) {
    const form = await request.formData();
    try {
      if (locals.actor.kind !== 'person') throw notFound();
      await as(locals.actor, (tx) => followTopics(tx, { topics: form.getAll('topics').map(String) }));
      return { done: circles_following_saved() };
    } catch (error) {
      return refused(error, form);
    }
  },
};
