import { fail, redirect, type RequestEvent } from '@sveltejs/kit';
import { factsOnPage } from '#domains/controls/facts.server.ts';
import { type Draft, type DraftAnswer, readDraft, refusedDraft } from '#domains/library/draft.server.ts';
import { proposeShared } from '#domains/library/together/propose-shared.server.ts';
import { fieldsIn, saveForm } from '#domains/library/together/share-draft.server.ts';
import { as } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';
import { to } from '#ui/locale.ts';
import { refused } from '#ui/refused.server.ts';

const idOf = ({ params }: RequestEvent) => params['id'] ?? '';

/** Puts in what the form brought, before anything else is done with it. */
async function put(event: RequestEvent): Promise<Draft> {
  const form = await event.request.formData();
  const values = readDraft(form);
  // A window that wrote into the shared text itself has nothing to bring: it says no number.
  const number = form.get('number');
  if (number !== '') await as(event.locals.actor, (tx) => saveForm(tx, idOf(event), Number(number), fieldsIn(values)));
  return values;
}

/** The form sent whole: what its writer changed goes in beside what others wrote. */
export async function save(event: RequestEvent) {
  try {
    await put(event);
  } catch (error) {
    return refused(error);
  }
  redirect(303, to(`/changes/together/${idOf(event)}?saved`));
}

/** Proposes all of it, in its author's name. */
export async function propose(event: RequestEvent) {
  let values: Draft | undefined;
  let address: string;
  try {
    values = await put(event);
    const asked = values;
    address = await as(event.locals.actor, (tx) => proposeShared(tx, idOf(event), asked, factsOnPage));
  } catch (error) {
    if (!values || !(error instanceof Refusal)) return refused(error);
    const { status, answer } = refusedDraft(error, values, values.text, 1, '');
    return fail(status, answer satisfies DraftAnswer);
  }
  redirect(303, to(address));
}
