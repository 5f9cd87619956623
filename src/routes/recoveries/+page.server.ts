import type { RequestEvent } from '@sveltejs/kit';
import { confirmRecovery, endRecovery, listRecoveries } from '#domains/people/recovery.server.ts';
import { people_recoveries_confirmed, people_recoveries_title, people_recovery_stopped } from '#paraglide/messages.js';
import { as, type Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { refused } from '#ui/refused.server.ts';
import { requireMe } from '../entering.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
  await requireMe(event);
  return { title: people_recoveries_title(), room: 'people' as const, recoveries: await as(event.locals.actor, listRecoveries) };
};

async function acting(event: RequestEvent, work: (tx: Tx, input: { id: string }) => Promise<void>, done: string) {
  await requireMe(event);
  const form = await event.request.formData();
  try {
    const id = /^[0-9a-f-]{36}$/.exec(String(form.get('id')))?.[0];
    if (!id) throw notFound('people.recovery.not_found');
    await as(event.locals.actor, (tx) => work(tx, { id }));
    return { done };
  } catch (error) {
    return refused(error, form);
  }
}

export const actions: Actions = {
  confirm: (event) => acting(event, confirmRecovery, people_recoveries_confirmed()),
  end: (event) => acting(event, endRecovery, people_recovery_stopped()),
};
