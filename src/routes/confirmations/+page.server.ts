import { listConfirming } from '#domains/people/confirming/confirmations.server.ts';
import { people_confirmations_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { requireMe } from '../entering.server.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
  await requireMe(event);
  return { title: people_confirmations_title(), room: 'people' as const, waiting: await as(event.locals.actor, listConfirming) };
};
