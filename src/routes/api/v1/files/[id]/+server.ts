import { answerWithFile } from '#domains/files/answer.server.ts';
import { as } from '#platform/database/open.server.ts';
import { taking } from '../../../../taking-pieces.server.ts';
import { checkToken } from '../../serve.server.ts';

/** The bytes of a file that this token may read: with its message, under its label. Without a token, of one that everybody may read. */
export const GET = taking(async (actor, request, id) => {
  if (actor.kind === 'person') await as(actor, checkToken);
  const answer = await answerWithFile(actor, id, request.headers.get('if-none-match'));
  if (answer.headers.has('vary')) answer.headers.set('vary', 'Authorization');
  return answer;
});
