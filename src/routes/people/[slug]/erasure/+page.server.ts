import { redirect } from '@sveltejs/kit';
import { findPerson } from '#domains/people/directory.server.ts';
import { askErasure, findErasure } from '#domains/records/erasing/erasure.server.ts';
import { records_erasure_title } from '#paraglide/messages.js';
import { as, type Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { to } from '#ui/locale.ts';
import { refused } from '#ui/refused.server.ts';
import { requireMe } from '../../../entering.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

async function find(tx: Tx, slug: string) {
  const person = await findPerson(tx, slug);
  const erasure = person && (await findErasure(tx, person.id));
  // Of somebody who is still here, only their own page of data speaks.
  if (!person || !erasure || person.status !== 'left') throw notFound('records.erasure.not_found');
  return { person: { id: person.id, slug: person.slug, name: person.name }, erasure };
}

export const load: PageServerLoad = async (event) => {
  await requireMe(event);
  return { title: records_erasure_title(), room: 'people' as const, ...(await as(event.locals.actor, (tx) => find(tx, event.params.slug))) };
};

export const actions: Actions = {
  async default({ request, locals, params }) {
    const form = await request.formData();
    try {
      if (locals.actor.kind !== 'person') throw notFound('records.erasure.not_found');
      await as(locals.actor, async (tx) => askErasure(tx, { memberId: (await find(tx, params.slug)).person.id, wanted: form.get('wanted') === 'yes' }));
    } catch (error) {
      return refused(error, form);
    }
    redirect(303, to(`/people/${params.slug}/erasure`));
  },
};
