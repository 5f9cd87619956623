// size: what the page of an organization shows comes from five subjects, and the two forms of its invitations stand here.
import { listAdopted, maySayAdopted } from '#domains/people/directory/adopted.server.ts';
import { listOnCall, mayKeepOnCall } from '#domains/people/directory/on-call.server.ts';
import { findOrganization } from '#domains/people/directory.server.ts';
import { inviteColleague } from '#domains/people/invite-colleague.server.ts';
import { loadRunning } from '#domains/people/memberships.server.ts';
import { InviteInput } from '#domains/people/model.ts';
import { listInvitations } from '#domains/people/queries.server.ts';
import { revokeInvitation } from '#domains/people/revoke-invitation.server.ts';
import { mayExportRecords } from '#domains/records/exports/queries.server.ts';
import { people_invite_done, people_invite_revoked } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { parse } from '#platform/input.ts';
import { refused } from '#ui/refused.server.ts';
import { requireMe } from '../../entering.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
  await requireMe(event);
  return as(event.locals.actor, async (tx) => {
    const organization = await findOrganization(tx, event.params.slug);
    if (!organization) throw notFound('people.organization.not_found');
    return {
      title: organization.name,
      room: 'people' as const,
      organization,
      admitted: event.url.searchParams.has('admitted'),
      registered: event.url.searchParams.has('registered'),
      ...(await loadRunning(tx, { organizationId: organization.id, done: event.url.searchParams.get('done'), whom: event.url.searchParams.get('whom') })),
      exporting: await mayExportRecords(tx, organization.id),
      onCall: await listOnCall(tx, { organization: organization.slug }),
      adopted: await listAdopted(tx, { organization: organization.slug }),
      maySayAdopted: await maySayAdopted(tx, organization.id),
      mayKeepOnCall: await mayKeepOnCall(tx, organization.id),
      invitations: organization.may_invite ? await listInvitations(tx, organization.id) : null,
    };
  });
};

export const actions: Actions = {
  async invite({ request, locals, params }) {
    const form = await request.formData();
    try {
      const input = parse(InviteInput, Object.fromEntries(form));
      await as(locals.actor, async (tx) => {
        const organization = locals.actor.kind === 'person' ? await findOrganization(tx, params.slug) : undefined;
        if (!organization) throw notFound('people.organization.not_found');
        await inviteColleague(tx, { ...input, organizationId: organization.id });
      });
      return { done: people_invite_done({ email: input.email }) };
    } catch (error) {
      return refused(error, form);
    }
  },
  async revoke({ request, locals }) {
    const form = await request.formData();
    try {
      const id = /^[0-9a-f-]{36}$/.exec(String(form.get('id')))?.[0];
      if (!id || locals.actor.kind !== 'person') throw notFound('people.invitation.not_found');
      await as(locals.actor, (tx) => revokeInvitation(tx, { id }));
      return { done: people_invite_revoked() };
    } catch (error) {
      return refused(error, form);
    }
  },
};
