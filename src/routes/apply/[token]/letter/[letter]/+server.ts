import { savedAnswer } from '#domains/files/saved-answer.server.ts';
import { findMyLetter } from '#domains/people/joining/letters.server.ts';
import { as } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import type { RequestHandler } from './$types.js';

export const GET: RequestHandler = async ({ params }) => {
  const letter = await as({ kind: 'visitor' }, (tx) => findMyLetter(tx, params));
  if (!letter) throw notFound();
  return savedAnswer(letter);
};
