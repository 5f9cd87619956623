import { Presence } from '#domains/library/together/model.ts';
import { sayHere } from '#domains/library/together/say-here.server.ts';
import { as } from '#platform/database/open.server.ts';
import { parse } from '#platform/input.ts';
import type { RequestHandler } from './$types.js';

/** Says to the others where my cursor is; kept nowhere. */
export const POST: RequestHandler = async ({ locals, params, request }) => {
  const where = parse(Presence, await request.json().catch(() => ({})));
  await as(locals.actor, (tx) => sayHere(tx, params.id, where));
  return new Response(null, { status: 204 });
};
