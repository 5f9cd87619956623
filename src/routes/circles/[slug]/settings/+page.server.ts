import { redirect } from '@sveltejs/kit';
import { changeCircle } from '#domains/people/circles/change-circle.server.ts';
import { listTopics } from '#domains/people/circles/topics.server.ts';
import { findCircle } from '#domains/people/circles.server.ts';
import { listJurisdictions } from '#domains/people/directory.server.ts';
import { circles_settings_of } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { to } from '#ui/locale.ts';
import { refused } from '#ui/refused.server.ts';
import { requireMe } from '../../../entering.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

const LISTS = ['rule_regions', 'rule_kinds', 'rule_topics'] as const;

export const load: PageServerLoad = async (event) => {
  await requireMe(event);
  return as(event.locals.actor, async (tx) => {
    const circle = await findCircle(tx, event.params.slug);
    if (!circle?.may_run) throw notFound('people.circle.not_found');
    const regions = [...new Set((await listJurisdictions(tx)).flatMap((each) => each.region ?? []))].sort();
    return { title: circles_settings_of({ name: circle.name }), room: 'people' as const, circle, regions, topics: await listTopics(tx) };
  });
};

export const actions: Actions = {
  async default({ request, locals, params }) {
    const form = await request.formData();
    const lists = Object.fromEntries(LISTS.map((name) => [name, form.getAll(name).map(String)]));
    try {
      if (locals.actor.kind !== 'person') throw notFound('people.circle.not_found');
      await as(locals.actor, (tx) => changeCircle(tx, params.slug, { ...Object.fromEntries(form), ...lists }));
    } catch (error) {
      const answer = refused(error, form);
      Object.assign(answer.data, { lists });
      return answer as typeof answer & { data: { lists: typeof lists } };
    }
    redirect(303, to(`/circles/${params.slug}?saved`));
  },
};
