import { randomUUID } from 'node:crypto';
import { redirect } from '@sveltejs/kit';
import { listAdoptable, listAdopted } from '#domains/people/directory/adopted.server.ts';
import { findMyGrowing, listJurisdictions, listOrganizations } from '#domains/people/directory.server.ts';
import { countWaitingApplications } from '#domains/people/joining/applications.server.ts';
import { ORGANIZATION_KINDS } from '#domains/people/model.ts';
import { registerOrganization } from '#domains/people/register-organization.server.ts';
import { people_organizations_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { to } from '#ui/locale.ts';
import { refused } from '#ui/refused.server.ts';
import { requireMe } from '../entering.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
  await requireMe(event);
  return as(event.locals.actor, async (tx) => {
    const { may_register_organization } = await findMyGrowing(tx);
    return {
      title: people_organizations_title(),
      room: 'people' as const,
      retryKey: randomUUID(),
      wanted: event.url.searchParams.get('adopted')?.slice(0, 120) ?? '',
      organizations: await listOrganizations(tx, { adopted: event.url.searchParams.get('adopted')?.slice(0, 120) ?? '' }),
      adopted: await listAdopted(tx),
      spaces: await listAdoptable(tx),
      waiting: may_register_organization ? await countWaitingApplications(tx) : null,
      registering: may_register_organization ? { kinds: ORGANIZATION_KINDS, jurisdictions: await listJurisdictions(tx) } : null,
    };
  });
};

export const actions: Actions = {
  async default({ request, locals }) {
    const form = await request.formData();
    let slug: string;
    try {
      if (locals.actor.kind !== 'person') throw notFound();
      ({ slug } = await as(locals.actor, (tx) => registerOrganization(tx, Object.fromEntries(form))));
    } catch (error) {
      return refused(error, form);
    }
    redirect(303, to(`/organizations/${slug}?registered`));
  },
};
