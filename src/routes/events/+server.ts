import type { RequestHandler } from './$types.js';
import { longPoll, openStream } from '#domains/activity/stream.server.ts';
import { sql } from 'kysely';
import { as } from '#platform/database/open.server.ts';

const WAIT = 25_000;

/** The live stream: server-sent events, or with `?poll=1` the same frames as JSON. Visitors are refused, which tells the browser not to come back. */
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
  const after = request.headers.get('last-event-id') ?? url.searchParams.get('after');
  if (url.searchParams.has('poll')) {
    const answer = await longPoll(actor.key, after, WAIT, request.signal);
    return answer ? Response.json(answer, { headers: { 'cache-control': 'no-store' } }) : new Response(null, { status: 401 });
  }
  return new Response(openStream(actor.key, after), {
    headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'private, no-store, no-transform', 'x-accel-buffering': 'no' },
  });
};
