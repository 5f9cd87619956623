import { listActs, listPseudonyms } from '#domains/govern/acts.server.ts';
import { govern_acts_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { requireMe } from '../entering.server.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
  await requireMe(event);
  return {
    title: govern_acts_title(),
    room: 'people' as const,
    ...(await as(event.locals.actor, async (tx) => ({ acts: await listActs(tx), pseudonyms: await listPseudonyms(tx) }))),
  };
};
