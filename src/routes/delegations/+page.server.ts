import { delegateDuty } from '#domains/govern/delegate-duty.server.ts';
import { listDelegations, listMyDuties } from '#domains/govern/delegations.server.ts';
import { revokeDelegation } from '#domains/govern/revoke-delegation.server.ts';
import { govern_delegation_ended, govern_delegation_made, govern_delegations_title } from '#paraglide/messages.js';
import { as, type Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { refused } from '#ui/refused.server.ts';
import { requireMe } from '../entering.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
  await requireMe(event);
  return as(event.locals.actor, async (tx) => ({
    title: govern_delegations_title(),
    room: 'people' as const,
    delegations: await listDelegations(tx),
    duties: await listMyDuties(tx),
    today: new Date().toISOString().slice(0, 10),
  }));
};

type Event = Parameters<NonNullable<Actions[string]>>[0];
async function acting({ request, locals }: Event, work: (tx: Tx, input: Record<string, unknown>) => Promise<unknown>, done: string) {
  const form = await request.formData();
  try {
    if (locals.actor.kind !== 'person') throw notFound('govern.delegation.not_found');
    const { held, ...rest } = Object.fromEntries(form);
    const [duty, organization = ''] = String(held ?? '').split(' ');
    await as(locals.actor, (tx) => work(tx, { ...rest, duty, organization }));
    return { done };
  } catch (error) {
    return refused(error, form);
  }
}

export const actions: Actions = {
  make: (event) => acting(event, delegateDuty, govern_delegation_made()),
  end: (event) => acting(event, revokeDelegation, govern_delegation_ended()),
};
