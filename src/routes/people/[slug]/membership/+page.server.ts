import { redirect } from '@sveltejs/kit';
import { actOnMembership } from '#domains/people/act-on-membership.server.ts';
import { findMe } from '#domains/people/queries.server.ts';
import { findPerson } from '#domains/people/directory.server.ts';
import { listMembershipActs, listMemberships } from '#domains/people/memberships.server.ts';
import { people_membership_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { to } from '#ui/locale.ts';
import { refused } from '#ui/refused.server.ts';
import { requireMe } from '../../../entering.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
  const me = await requireMe(event);
  const slug = event.url.searchParams.get('organization');
  return as(event.locals.actor, async (tx) => {
    const person = await findPerson(tx, event.params.slug);
    const memberships = person ? await listMemberships(tx, person.id) : [];
    const membership = memberships.find(({ organization }) => organization.slug === slug) ?? (slug ? undefined : memberships[0]);
    if (!person || !membership) throw notFound('people.membership.not_found');
    const asked = event.url.searchParams.get('act');
    return {
      title: people_membership_title(),
      room: 'people' as const,
      person: { slug: person.slug, name: person.name, status: person.status },
      membership,
      own: person.id === me.id,
      act: membership.acts.find((each) => each === asked),
      told: await listMembershipActs(tx, { memberId: person.id }),
    };
  });
};

export const actions: Actions = {
  async default({ request, locals, params, url }) {
    const form = await request.formData();
    const organization = url.searchParams.get('organization') ?? '';
    const act = url.searchParams.get('act');
    try {
      if (locals.actor.kind !== 'person') throw notFound('people.membership.not_found');
      await as(locals.actor, (tx) => actOnMembership(tx, { member: params.slug, organization, act, reason: form.get('reason') }));
    } catch (error) {
      return refused(error, form);
    }
    // Whoever left themselves is nobody here now.
    if (act === 'ended' && !(await as(locals.actor, findMe))) redirect(303, to('/'));
    // The page of the organization says what was done, also where the person is gone from it.
    redirect(303, to(`/organizations/${organization}?done=${act}&whom=${params.slug}`));
  },
};
