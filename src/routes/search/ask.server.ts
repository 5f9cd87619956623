import { networkOf } from '#domains/people/network.ts';
import { onTheStep } from '#domains/search/floor.server.ts';
import type { PER_MINUTE } from '#domains/search/model.ts';
import { takeTurn } from '#domains/search/take-turn.server.ts';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';

/**
 * Answers a question as whoever asks it, on the step and within their turns.
 * Refuses with search.rate.too_often (429), search.query.too_slow (503) where the database gave up after its two seconds.
 */
export async function ask<T>(
  event: { locals: { actor: Actor }; getClientAddress(): string },
  kind: keyof typeof PER_MINUTE,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  const { actor } = event.locals;
  const network = networkOf(event.getClientAddress());
  const answer = await onTheStep(async () => {
    // A transaction of its own: the row of the count stays locked until its end, and the searches of one member, or of all visitors
    // of a network, would otherwise wait for each other's work, under load for longer than a statement may take.
    if (!(await as(actor, (tx) => takeTurn(tx, kind, network)))) return undefined;
    return { found: await as(actor, work).catch(given) };
  });
  if (!answer) throw new Refusal('search.rate.too_often', { status: 429 });
  return answer.found;
}

function given(error: unknown): never {
  if ((error as { code?: string }).code === '57014') throw new Refusal('search.query.too_slow', { status: 503 });
  throw error;
}
