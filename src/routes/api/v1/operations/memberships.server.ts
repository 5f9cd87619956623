import * as v from 'valibot';
import { DomainInput } from '#domains/people/joining/domain.ts';
import { askDomainCheck, findDomains, nameDomain, removeDomain } from '#domains/people/joining/domains.server.ts';
import { actOnMembership } from '#domains/people/act-on-membership.server.ts';
import { findOrganization } from '#domains/people/directory.server.ts';
import { MembershipActInput } from '#domains/people/membership.ts';
import { listMembershipActs } from '#domains/people/memberships.server.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound, Refusal } from '#platform/errors.ts';
import { cut, operation } from '../operation.server.ts';

const collection = 'people';

async function domainsOf(tx: Tx, slug: string | undefined) {
  const found = await findDomains(tx, slug ?? '');
  if (!found) throw notFound('people.organization.not_found');
  return found;
}
async function domainOf(tx: Tx, { slug, domain }: Record<string, string | undefined>) {
  const one = (await domainsOf(tx, slug)).domains.find((each) => each.domain === domain);
  if (!one) throw notFound('people.domain.not_found');
  return one;
}

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
  operation({
    method: 'GET',
    path: '/organizations/{slug}/domains',
    collection,
    list: true,
    summary:
      'The domains of an organization, proved and not yet: for its members and stewards. `token` is what the TXT record at _indaba.<domain> has to say after indaba-verification=.',
    run: async (tx, call) => cut((await domainsOf(tx, call.params.slug)).domains, call, (row) => row.id),
  }),
  operation({
    method: 'POST',
    path: '/organizations/{slug}/domains',
    collection,
    summary: 'Name a domain as the organization’s own; it counts once the record is published and found.',
    input: DomainInput,
    run: async (tx, { params, input }) => nameDomain(tx, { ...input, organizationId: (await domainsOf(tx, params.slug)).id }),
  }),
  operation({
    method: 'POST',
    path: '/organizations/{slug}/domains/{domain}/checks',
    collection,
    summary: 'Have the DNS looked into now. The answer stands in the list a moment later.',
    run: async (tx, { params }) => {
      if (!(await askDomainCheck(tx, await domainOf(tx, params)))) throw new Refusal('people.domain.slow_down', { status: 429 });
    },
  }),
  operation({
    method: 'DELETE',
    path: '/organizations/{slug}/domains/{domain}',
    collection,
    summary: 'Remove a domain: it proves nothing any more.',
    run: async (tx, { params }) => removeDomain(tx, await domainOf(tx, params)),
  }),
];
