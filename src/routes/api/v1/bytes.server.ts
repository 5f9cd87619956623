import type { RequestEvent } from '@sveltejs/kit';
import { type Actor, as } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';
import { taking } from '../../taking-pieces.server.ts';
import { checkToken, serve } from './serve.server.ts';

/** A handler of bytes, for tokens that open something: every program of a person, never their browser. */
export const byToken = (work: (actor: Actor, request: Request, id: string) => Promise<Response>) =>
  taking(async (actor, request, id) => {
    if (actor.kind !== 'person') throw new Refusal('api.token', { status: 401 });
    await as(actor, checkToken);
    return work(actor, request, id);
  });

/** The same address where it is asked for words: an operation like any other. */
export const asOperation = ({ locals, request, url, getClientAddress }: RequestEvent): Promise<Response> =>
  serve({ actor: locals.actor, request, url, path: url.pathname.replace(/^.*?\/api\/v1/, ''), requestId: locals.requestId, address: getClientAddress() });
