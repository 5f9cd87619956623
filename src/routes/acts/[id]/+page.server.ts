import { findAct } from '#domains/govern/acts.server.ts';
import { confirmAct } from '#domains/govern/confirm-act.server.ts';
import { endAct } from '#domains/govern/end-act.server.ts';
import { readOpening } from '#domains/govern/read-opening.server.ts';
import { govern_act_confirmed, govern_act_declined, govern_act_withdrawn, govern_acts_title } from '#paraglide/messages.js';
import { as, type Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { refused } from '#ui/refused.server.ts';
import { requireMe } from '../../entering.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
  await requireMe(event);
  const act = await as(event.locals.actor, (tx) => findAct(tx, uuid(event.params.id)));
  if (!act) throw notFound('govern.act.not_found');
  return { title: govern_acts_title(), room: 'people' as const, act, proposed: event.url.searchParams.get('done') === 'proposed' };
};

function uuid(id: string | undefined): string {
  if (!/^[0-9a-f-]{36}$/.test(id ?? '')) throw notFound('govern.act.not_found');
  return id!;
}

type Event = Parameters<NonNullable<Actions[string]>>[0];
async function acting({ request, locals, params }: Event, work: (tx: Tx, input: unknown) => Promise<void>, done: string) {
  const form = await request.formData();
  try {
    if (locals.actor.kind !== 'person') throw notFound('govern.act.not_found');
    await as(locals.actor, (tx) => work(tx, { id: uuid(params.id), hash: form.get('hash'), reason: form.get('reason') ?? '' }));
    return { done };
  } catch (error) {
    return refused(error, form);
  }
}

export const actions: Actions = {
  confirm: (event) => acting(event, confirmAct, govern_act_confirmed()),
  async open({ request, locals, params }) {
    const form = await request.formData();
    try {
      if (locals.actor.kind !== 'person') throw notFound('govern.act.not_found');
      return { opened: await as(locals.actor, (tx) => readOpening(tx, { id: uuid(params.id) })) };
    } catch (error) {
      return refused(error, form);
    }
  },
  decline: (event) => acting(event, endAct, govern_act_declined()),
  withdraw: (event) => acting(event, endAct, govern_act_withdrawn()),
};
