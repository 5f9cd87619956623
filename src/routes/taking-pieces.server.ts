import type { RequestEvent } from '@sveltejs/kit';
import { TUS } from '#domains/files/tus.ts';
import type { Actor } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';
import { refusedProblem } from '#ui/refused-page.server.ts';

/** A handler of files that come in pieces: answers as the protocol wants it, refusals included, with a sentence for whoever reads them. */
export const taking =
  (work: (actor: Actor, request: Request, id: string) => Promise<Response>) =>
  async ({ locals, request, params }: RequestEvent): Promise<Response> => {
    try {
      return await work(locals.actor, request, params['id'] ?? '');
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      // The rest of what comes is read by nobody: the line ends, so that nothing is taken for the next request.
      const headers: Record<string, string> = { 'tus-resumable': TUS, 'tus-version': TUS, ...(request.body && { connection: 'close' }) };
      return refusedProblem(error.status, error.code, error.details, locals.requestId, headers);
    }
  };
