import { listHolders, listRights } from '#domains/govern/roles.server.ts';
import { govern_roles_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, parent }) => {
  const { me } = await parent();
  return as(locals.actor, async (tx) => ({ title: govern_roles_title(), rights: await listRights(tx), holders: me ? await listHolders(tx) : [] }));
};
