import { listTopics } from '#domains/people/circles/topics.server.ts';
import { changeProfileFields, listProfile } from '#domains/people/directory/profile.server.ts';
import { directory_profile, directory_profile_saved } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { refused } from '#ui/refused.server.ts';
import { requireMe } from '../../entering.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
  const me = await requireMe(event);
  return as(event.locals.actor, async (tx) => ({
    title: directory_profile(),
    room: 'people' as const,
    slug: me.slug,
    zone: me.time_zone,
    fields: Object.fromEntries((await listProfile(tx, me.id)).map((each) => [each.field, each])),
    topics: await listTopics(tx),
  }));
};

export const actions: Actions = {
  async default({ request, locals }) {
    const form = await request.formData();
    const lists = { expertise: form.getAll('expertise').map(String), languages: form.getAll('languages').map(String) };
    try {
      if (locals.actor.kind !== 'person') throw notFound('people.member.not_found');
      await as(locals.actor, (tx) => changeProfileFields(tx, { ...Object.fromEntries(form), ...lists }));
      return { done: directory_profile_saved() };
    } catch (error) {
      const answer = refused(error, form);
      Object.assign(answer.data, { lists });
      return answer as typeof answer & { data: { lists: typeof lists } };
    }
  },
};
