import { fail, redirect } from '@sveltejs/kit';
import { factsOnPage } from '#domains/controls/facts.server.ts';
import { readDraft, readWithdrawal, refusedDraft } from '#domains/library/draft.server.ts';
import { proposePlace, proposeRetirement } from '#domains/library/propose-page.server.ts';
import { findHere, startDraft } from '#domains/library/start-draft.server.ts';
import { findMyByline } from '#domains/people/my-byline.server.ts';
import { as } from '#platform/database/open.server.ts';
import { readPlacing } from '#domains/library/read-placing.ts';
import { to } from '#ui/locale.ts';
import { typed } from '#ui/refused.server.ts';
import type { RequestEvent } from './$types.js';

/** Asks for the page to go, from the form below the text. */
export async function retire({ request, locals, params }: RequestEvent) {
  const form = await request.formData();
  const asked = { ...readDraft(form), withdrawal: readWithdrawal(form, null) };
  const { values } = await as(locals.actor, (tx) => startDraft(tx, params, {}, factsOnPage));
  let number: number;
  try {
    ({ number } = await as(locals.actor, async (tx) => proposeRetirement(tx, await findHere(tx, params), asked, await findMyByline(tx))));
  } catch (error) {
    const { status, answer } = refusedDraft(error, { ...values, reason: asked.reason }, values.text, 1, '');
    return fail(status, { ...answer, faults: [], retiring: asked.withdrawal });
  }
  redirect(303, to(`/changes/${params.space}/${number}?opened`));
}

/** Asks for another title, address or place, from the form below the text. */
export async function place({ request, locals, params }: RequestEvent) {
  const form = await request.formData();
  const asked = readDraft(form);
  const { values } = await as(locals.actor, (tx) => startDraft(tx, params, {}, factsOnPage));
  let number: number;
  try {
    ({ number } = await as(locals.actor, async (tx) => proposePlace(tx, await findHere(tx, params), asked, readPlacing(form), await findMyByline(tx))));
  } catch (error) {
    const { status, answer } = refusedDraft(error, { ...values, reason: asked.reason }, values.text, 1, '');
    return fail(status, { ...answer, faults: [], placing: typed(form) });
  }
  redirect(303, to(`/changes/${params.space}/${number}?opened`));
}
