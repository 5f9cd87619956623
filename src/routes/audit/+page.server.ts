import { listRoots } from '#domains/audit/queries.server.ts';
import { audit_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals }) => ({
  title: audit_title(),
  signedIn: locals.actor.kind === 'person',
  roots: (await as(locals.actor, listRoots)).slice(0, 60),
});
