import { sql } from 'kysely';
import { as } from '#platform/database/open.server.ts';
import type { RequestHandler } from './$types.js';
import { serveEvents } from './serve.server.ts';

/** The live stream of a signed-in browser. Visitors are refused, which tells the browser not to come back. */
export const GET: RequestHandler = async ({ locals, request, url }) => {
  const { actor } = locals;
  const known =
    actor.kind === 'person' && (await as(actor, async (tx) => (await sql<{ yes: boolean }>`select app.me() is not null as yes`.execute(tx)).rows[0]?.yes));
  if (actor.kind !== 'person' || !known) {
    return Response.json(
      { type: 'about:blank', title: 'Unauthorized', status: 401, code: 'people.session.missing' },
      { status: 401, headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' } },
    );
  }
  return serveEvents(actor, request, url);
};
