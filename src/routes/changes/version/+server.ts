import { as } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import type { RequestHandler } from './$types.js';

/** Which revision of a page stands now: a few bytes for whoever opened the page before their live stream was open. */
export const GET: RequestHandler = async ({ locals, url }) => {
  const id = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.exec(url.searchParams.get('page') ?? '')?.[0];
  const page = id ? await as(locals.actor, (tx) => tx.selectFrom('app.pages').select('revision_id').where('id', '=', id).executeTakeFirst()) : undefined;
  if (!page?.revision_id) throw notFound();
  return new Response(page.revision_id, { headers: { 'content-type': 'text/plain' } });
};
