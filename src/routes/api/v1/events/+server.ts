import { as } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';
import { serveEvents } from '../../../events/serve.server.ts';
import { problem } from '../problem.server.ts';
import { checkToken } from '../serve.server.ts';
import type { RequestHandler } from './$types.js';

/** The live stream for programs, by token. */
export const GET: RequestHandler = async ({ locals, request, url }) => {
  const { actor } = locals;
  try {
    if (actor.kind !== 'person') throw new Refusal('api.token', { status: 401 });
    await as(actor, checkToken);
    return await serveEvents(actor, request, url);
  } catch (error) {
    return problem(error, locals.requestId);
  }
};
