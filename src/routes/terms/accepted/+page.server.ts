import { listAcceptances } from '#domains/govern/agreements.server.ts';
import { govern_terms_accepted_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { requireMe } from '../../entering.server.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
  await requireMe(event);
  return { title: govern_terms_accepted_title(), acceptances: await as(event.locals.actor, listAcceptances) };
};
