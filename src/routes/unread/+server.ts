import { json } from '@sveltejs/kit';
import { countUnread } from '#domains/conversations/queries.server.ts';
import { as } from '#platform/database/open.server.ts';
import type { RequestHandler } from './$types.js';

/** How much I have not read, for the badge in the masthead; a visitor has nothing to read. */
export const GET: RequestHandler = async ({ locals }) => {
  const count = locals.actor.kind === 'person' ? await as(locals.actor, countUnread) : 0;
  return json({ count }, { headers: { 'cache-control': 'private, no-store' } });
};
