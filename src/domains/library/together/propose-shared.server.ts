import { findMyByline } from '#domains/people/my-byline.server.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { type Draft, proposeDraft } from '../draft.server.ts';
import { lookAtMine, saveDraft } from '../resume-draft.server.ts';
import { type FactsOf, lookAtDraft } from '../start-draft.server.ts';
import { openShared } from './open-shared.server.ts';
import { closeShared } from './share-with.server.ts';

/**
 * Proposes what several wrote, in its author's name, as it stands now; or saves it over the author's open request. Then the draft is closed. Gives the address of the request.
 * Refuses: common.not_found, and what proposeDraft and saveDraft refuse.
 */
export async function proposeShared(tx: Tx, id: string, asked: Pick<Draft, 'retires' | 'withdrawals' | 'editorial'>, factsOf: FactsOf): Promise<string> {
  const { shared, values } = await openShared(tx, id, factsOf);
  if (!shared.may_ask) throw notFound();
  const draft: Draft = {
    ...values,
    retires: asked.retires,
    ...(asked.withdrawals && { withdrawals: asked.withdrawals }),
    ...(asked.editorial && { editorial: true }),
  };
  const byline = await findMyByline(tx);
  let number = shared.request?.number;
  if (shared.request) {
    const { text, ...mine } = await lookAtMine(tx, { space: shared.space.slug, number: String(number), page: shared.page.id }, draft, factsOf);
    await saveDraft(tx, mine, draft, text, byline);
  } else {
    const { found, text } = await lookAtDraft(tx, { space: shared.space.slug, path: shared.page.path }, draft, factsOf);
    ({ number } = await proposeDraft(tx, found, draft, text, byline));
  }
  await closeShared(tx, id);
  return `/changes/${shared.space.slug}/${number}?${shared.request ? 'changed' : 'opened'}`;
}
