import { redirect } from '@sveltejs/kit';
import { approveRequest, correctNature, takeBackApproval } from '#domains/library/deciding/approve.server.ts';
import { closeEarly, extendProcedure, openProcedure } from '#domains/library/deciding/procedure.server.ts';
import { givePosition, openPositions, proposeLifting } from '#domains/library/deciding/positions.server.ts';
import { findHere } from '#domains/library/queries/review.server.ts';
import { as, type Tx } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';
import { to } from '#ui/locale.ts';
import { refused } from '#ui/refused.server.ts';
import type { RequestEvent } from './$types.js';

type About = { id: string; reason: string };

const act = (name: string, work: (tx: Tx, about: About, form: FormData) => Promise<string | void>) => async (event: RequestEvent) => {
  const form = await event.request.formData();
  const { space, number } = event.params;
  let then: string | void;
  try {
    then = await as(event.locals.actor, async (tx) => {
      const { id } = await findHere(tx, event.params);
      if (event.locals.actor.kind !== 'person') throw new Refusal('library.change_request.signed_out', { status: 403 });
      return work(tx, { id, reason: String(form.get('reason') ?? '').replace(/\r\n?/g, '\n') }, form);
    });
  } catch (error) {
    const answer = refused(error, form);
    Object.assign(answer.data, { act: name });
    return answer;
  }
  redirect(303, to(then ?? `/changes/${space}/${number}#deciding`));
};

/** What one may do on the way to a decision, from the forms of the page. */
export const decidingActions = {
  approve: act('approve', approveRequest),
  unapprove: act('unapprove', takeBackApproval),
  open: act('open', openProcedure),
  extend: act('extend', (tx, about, form) => extendProcedure(tx, { ...about, days: Number(form.get('days')) })),
  close: act('close', closeEarly),
  ask: act('ask', openPositions),
  position: act('position', (tx, { id }, form) =>
    givePosition(tx, { id, jurisdiction_id: form.get('jurisdiction_id'), stance: form.get('stance'), words: form.get('words') ?? '' }),
  ),
  // What waits for a second steward stands on a page of its own.
  lift: act(
    'lift',
    async (tx, { id, reason }, form) => `/acts/${(await proposeLifting(tx, { id, reason, jurisdiction_id: String(form.get('jurisdiction_id')) })).id}`,
  ),
  nature: act('nature', (tx, about, form) => correctNature(tx, { ...about, nature: form.get('nature') === 'editorial' ? 'editorial' : 'substantive' })),
};
