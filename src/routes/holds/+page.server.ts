import { redirect } from '@sveltejs/kit';
import { liftHold } from '#domains/records/lift-hold.server.ts';
import { placeHold } from '#domains/records/place-hold.server.ts';
import { listHolds } from '#domains/records/queries.server.ts';
import { records_holds_title } from '#paraglide/messages.js';
import { as, type Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { to } from '#ui/locale.ts';
import { refused } from '#ui/refused.server.ts';
import { requireMe } from '../entering.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
  await requireMe(event);
  const { holds, mayPlace } = await as(event.locals.actor, listHolds);
  if (!mayPlace) throw notFound('records.hold.not_found');
  const { searchParams } = event.url;
  return { title: records_holds_title(), holds, lift: searchParams.get('lift'), done: searchParams.get('done') };
};

type Asked = Parameters<Actions[string]>[0];
async function acting({ request, locals }: Asked, done: string, work: (tx: Tx, form: FormData) => Promise<unknown>) {
  const form = await request.formData();
  try {
    const { actor } = locals;
    if (actor.kind !== 'person') throw notFound('records.hold.not_found');
    await as(actor, (tx) => work(tx, form));
  } catch (error) {
    return refused(error, form);
  }
  redirect(303, to(`/holds?done=${done}`));
}

export const actions: Actions = {
  place: (event) => acting(event, 'placed', (tx, form) => placeHold(tx, Object.fromEntries(form))),
  lift: (event) => acting(event, 'lifted', (tx, form) => liftHold(tx, { id: event.url.searchParams.get('lift'), reason: form.get('lifted_reason') })),
};
