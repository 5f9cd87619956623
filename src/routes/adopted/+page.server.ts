import { listAdoptable, listAdopted } from '#domains/people/directory/adopted.server.ts';
import { directory_adopted_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = ({ locals }) =>
  as(locals.actor, async (tx) => ({
    title: directory_adopted_title(),
    room: 'people' as const,
    adopted: await listAdopted(tx),
    spaces: await listAdoptable(tx),
  }));
