import { countAcceptances, findMyAgreeing, listPresent } from '#domains/govern/agreements.server.ts';
import { govern_terms_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, parent }) => {
  const { me } = await parent();
  return as(locals.actor, async (tx) => ({
    title: govern_terms_title(),
    documents: await listPresent(tx, me !== null),
    mine: me ? await findMyAgreeing(tx) : undefined,
    counts: me ? await countAcceptances(tx) : [],
  }));
};
