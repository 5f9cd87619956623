import { randomUUID } from 'node:crypto';
import { redirect } from '@sveltejs/kit';
import { listAdmissions, listCircles } from '#domains/people/circles.server.ts';
import { findMyGrowing } from '#domains/people/directory.server.ts';
import { makeCircle } from '#domains/people/make-circle.server.ts';
import { people_circles_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { to } from '#ui/locale.ts';
import { refused } from '#ui/refused.server.ts';
import { requireMe } from '../entering.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
  await requireMe(event);
  return as(event.locals.actor, async (tx) => ({
    title: people_circles_title(),
    room: 'people' as const,
    retryKey: randomUUID(),
    left: event.url.searchParams.has('left'),
    circles: await listCircles(tx),
    waiting: await listAdmissions(tx),
    ...(await findMyGrowing(tx)),
  }));
};

export const actions: Actions = {
  async default({ request, locals }) {
    const form = await request.formData();
    let slug: string;
    try {
      if (locals.actor.kind !== 'person') throw notFound();
      ({ slug } = await as(locals.actor, (tx) => makeCircle(tx, Object.fromEntries(form))));
    } catch (error) {
      return refused(error, form);
    }
    redirect(303, to(`/circles/${slug}?made`));
  },
};
