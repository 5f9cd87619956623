import { listOrganizations } from '#domains/people/directory.server.ts';
import { people_directory_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { requireMe } from '../entering.server.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
  await requireMe(event);
  const search = (event.url.searchParams.get('q') ?? '').slice(0, 100);
  const organizations = await as(event.locals.actor, (tx) => listOrganizations(tx, { search }));
  return { title: people_directory_title(), room: 'people' as const, search, organizations };
};
