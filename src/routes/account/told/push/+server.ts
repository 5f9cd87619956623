import { Subscription, subscribe } from '#domains/conversations/telling/subscriptions.server.ts';
import { as } from '#platform/database/open.server.ts';
import { notFound, Refusal } from '#platform/errors.ts';
import { parse } from '#platform/input.ts';
import type { RequestHandler } from './$types.js';

/** What the browser's push service gave it; only from a page of this hub, signed in. */
export const POST: RequestHandler = async ({ request, locals }) => {
  try {
    if (locals.actor.kind !== 'person') throw notFound();
    const given: unknown = await request.json().catch(() => null);
    await as(locals.actor, (tx) => subscribe(tx, parse(Subscription, given)));
    return new Response(null, { status: 204 });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return Response.json({ code: error.code }, { status: error.status });
  }
};
