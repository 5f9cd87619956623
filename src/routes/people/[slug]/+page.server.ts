import { findPerson } from '#domains/people/directory.server.ts';
import { as } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { requireMe } from '../../entering.server.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
  await requireMe(event);
  const person = await as(event.locals.actor, (tx) => findPerson(tx, event.params.slug));
  if (!person) throw notFound('people.member.not_found');
  const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: person.time_zone }).format(new Date());
  return { title: person.name, room: 'people' as const, person, time };
};
