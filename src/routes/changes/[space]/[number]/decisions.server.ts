import { redirect } from '@sveltejs/kit';
import { choicesOf } from '#domains/library/choices.ts';
import { declineChangeRequest, withdrawChangeRequest } from '#domains/library/close-change-request.server.ts';
import { mergeChangeRequest } from '#domains/library/merge-change-request.server.ts';
import type { Opened } from '#domains/library/open-change-request.server.ts';
import { addressAfter, decisionHere } from '#domains/library/queries/review.server.ts';
import { undoHere } from '#domains/library/undo-change-request.server.ts';
import { findMyByline } from '#domains/people/my-byline.server.ts';
import { as, type Tx } from '#platform/database/open.server.ts';
import { to } from '#ui/locale.ts';
import { refused } from '#ui/refused.server.ts';
import type { RequestEvent } from './$types.js';

type Decide = (tx: Tx, decision: { id: string; byline_id: string; reason: string }, form: FormData) => Promise<Opened | void>;

/** Runs one decision; what it refuses comes back with everything that was typed. */
const decide = (act: string, work: Decide) => async (event: RequestEvent) => {
  const { space, number } = event.params;
  const form = await event.request.formData();
  let next: string;
  try {
    next = await as(event.locals.actor, async (tx) => {
      const decision = await decisionHere(tx, event.params, await findMyByline(tx), form);
      const opened = await work(tx, decision, form);
      return opened ? `/changes/${space}/${opened.number}?opened` : addressAfter(tx, act, { id: decision.id, address: `/changes/${space}/${number}` });
    });
  } catch (error) {
    const answer = refused(error, form);
    Object.assign(answer.data, { act });
    return answer;
  }
  redirect(303, to(next));
};

/** Merged, declined, withdrawn, asked to be undone: from the forms of the page. */
export const decisions = {
  merge: decide('merge', (tx, decision, form) => mergeChangeRequest(tx, { ...decision, choices: choicesOf(form), seen: String(form.get('seen') ?? '') })),
  decline: decide('decline', declineChangeRequest),
  withdraw: decide('withdraw', withdrawChangeRequest),
  undo: decide('undo', undoHere),
};
