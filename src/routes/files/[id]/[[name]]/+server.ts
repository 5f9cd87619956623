import { answerWithFile } from '#domains/files/answer.server.ts';
import type { RequestHandler } from './$types.js';

/** A stored file, to whoever may read it. The name in the address is for people; the id alone decides. */
export const GET: RequestHandler = ({ params, locals, request }) => answerWithFile(locals.actor, params.id, request.headers.get('if-none-match'));
