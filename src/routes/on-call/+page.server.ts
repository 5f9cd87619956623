import { listOnCall } from '#domains/people/directory/on-call.server.ts';
import { directory_on_call } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { requireMe } from '../entering.server.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
  await requireMe(event);
  return { title: directory_on_call(), room: 'people' as const, contacts: await as(event.locals.actor, (tx) => listOnCall(tx)) };
};
