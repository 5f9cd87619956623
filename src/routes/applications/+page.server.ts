import { listApplications } from '#domains/people/joining/applications.server.ts';
import { people_applications_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { requireMe } from '../entering.server.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
  const me = await requireMe(event);
  if (!me.is_steward) throw notFound();
  return { title: people_applications_title(), room: 'people' as const, applications: await as(event.locals.actor, listApplications) };
};
