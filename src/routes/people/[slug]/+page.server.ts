import { listProfile } from '#domains/people/directory/profile.server.ts';
import { findPerson, listTold } from '#domains/people/directory.server.ts';
import { giveDuty } from '#domains/people/give-duty.server.ts';
import { listMembershipActs, listMemberships } from '#domains/people/memberships.server.ts';
import { DUTIES } from '#domains/people/model.ts';
import { takeBackDuty } from '#domains/people/take-back-duty.server.ts';
import { findErasure } from '#domains/records/erasing/erasure.server.ts';
import { people_duties_given, people_duties_taken_back } from '#paraglide/messages.js';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { refused } from '#ui/refused.server.ts';
import { requireMe } from '../../entering.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
  await requireMe(event);
  const { person, ...more } = await as(event.locals.actor, async (tx) => {
    const person = await findPerson(tx, event.params.slug);
    if (!person) throw notFound('people.member.not_found');
    return {
      person,
      told: (await listTold(tx, { kind: 'member', id: person.id })).filter(({ kind }) => kind.startsWith('member.duty_')),
      profile: await listProfile(tx, person.id),
      memberships: await listMemberships(tx, person.id),
      acts: await listMembershipActs(tx, { memberId: person.id }),
      erasure: person.status === 'left' && (await findErasure(tx, person.id)) !== undefined,
    };
  });
  return { title: person.name, room: 'people' as const, person, ...more, all: DUTIES };
};

async function change(actor: Actor, slug: string, form: FormData, act: (tx: Tx, input: unknown) => Promise<void>, done: string) {
  try {
    if (actor.kind !== 'person') throw notFound('people.member.not_found');
    await as(actor, (tx) => act(tx, { slug, duty: form.get('duty') }));
    return { done };
  } catch (error) {
    return refused(error, form);
  }
}

export const actions: Actions = {
  give: async ({ request, locals, params }) => change(locals.actor, params.slug, await request.formData(), giveDuty, people_duties_given()),
  take_back: async ({ request, locals, params }) => change(locals.actor, params.slug, await request.formData(), takeBackDuty, people_duties_taken_back()),
};
