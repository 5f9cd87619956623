import { networkOf } from '#domains/people/network.ts';
import { onTheStep } from '#domains/search/floor.server.ts';
import type { PER_MINUTE } from '#domains/search/model.ts';
import { takeTurn } from '#domains/search/take-turn.server.ts';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';

/**
 * Answers a question as whoever asks it, on the step and within their turns.
 * Refuses with search.rate.too_often (429).
 */
export async function ask<T>(
  event: { locals: { actor: Actor }; getClientAddress(): string },
  kind: keyof typeof PER_MINUTE,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  const network = networkOf(event.getClientAddress());
  const answer = await onTheStep(() => as(event.locals.actor, async (tx) => ((await takeTurn(tx, kind, network)) ? { found: await work(tx) } : undefined)));
  if (!answer) throw new Refusal('search.rate.too_often', { status: 429 });
  return answer.found;
}
