import * as v from 'valibot';
import { actOnMembership } from '#domains/people/act-on-membership.server.ts';
import { findOrganization } from '#domains/people/directory.server.ts';
import { MembershipActInput } from '#domains/people/membership.ts';
import { listMembershipActs } from '#domains/people/memberships.server.ts';
import { notFound } from '#platform/errors.ts';
import { cut, operation } from '../operation.server.ts';

const collection = 'people';

/** Who pauses, goes, and runs the members of an organization. */
export const memberships = [
  operation({
    method: 'GET',
    path: '/organizations/{slug}/membership-acts',
    collection,
    list: true,
    summary: 'What was done to memberships here and why: for its focal points, stewards, and whoever it concerns.',
    run: async (tx, call) => {
      const organization = await findOrganization(tx, call.params.slug!);
      if (!organization) throw notFound();
      return cut(await listMembershipActs(tx, { organizationId: organization.id }), call, (row) => row.id);
    },
  }),
  operation({
    method: 'POST',
    path: '/organizations/{slug}/membership-acts',
    collection,
    summary: 'Suspend a member, lift it, end a membership, or say who is focal point, with the reason. Takes effect at once.',
    input: v.omit(MembershipActInput, ['organization']),
    run: (tx, { params, input }) => actOnMembership(tx, { ...input, organization: params.slug }),
  }),
];
