import { sql } from 'kysely';
import * as v from 'valibot';
import { listProfile } from '#domains/people/directory/profile.server.ts';
import { findOrganization, findPerson, listOrganizations } from '#domains/people/directory.server.ts';
import { inviteColleague } from '#domains/people/invite-colleague.server.ts';
import { InviteInput, RegisterInput } from '#domains/people/model.ts';
import { findMe, listInvitations, listMySessions } from '#domains/people/queries.server.ts';
import { registerOrganization } from '#domains/people/register-organization.server.ts';
import { revokeInvitation } from '#domains/people/revoke-invitation.server.ts';
import { revokeSession } from '#domains/people/revoke-session.server.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound, Refusal } from '#platform/errors.ts';
import { type Call, cut, operation } from '../operation.server.ts';

const collection = 'people';
const idOf = ({ params }: Call) => (v.is(v.pipe(v.string(), v.uuid()), params.id) ? params.id! : raise());
const organization = async (tx: Tx, { params }: Call) => (await findOrganization(tx, params.slug!)) ?? raise();

const me = async (tx: Tx) => {
  // A visitor may not even ask the table of members.
  const { rows } = await sql<{ somebody: boolean }>`select app.me() is not null as somebody`.execute(tx);
  return (rows[0]?.somebody ? await findMe(tx) : undefined) ?? raise(new Refusal('api.token', { status: 401 }));
};

export const people = [
  operation({
    method: 'GET',
    path: '/me',
    collection,
    summary: 'Whose token this is.',
    run: me,
  }),
  operation({
    method: 'GET',
    path: '/sessions',
    collection,
    list: true,
    summary: 'My signed-in browsers and tokens.',
    run: async (tx, call) => cut(await listMySessions(tx), call, (row) => row.id),
  }),
  operation({
    method: 'DELETE',
    path: '/sessions/{id}',
    collection,
    summary: 'End one of my sessions or tokens.',
    run: (tx, call) => revokeSession(tx, { id: idOf(call) }),
  }),
  operation({
    method: 'GET',
    path: '/organizations',
    collection,
    list: true,
    summary: 'The organizations I may see, with their members.',
    query: { q: 'Part of a name.' },
    run: async (tx, call) => cut(await listOrganizations(tx, { search: call.query.get('q') ?? '' }), call, (row) => row.slug),
  }),
  operation({
    method: 'POST',
    path: '/organizations',
    collection,
    summary: 'Register an organization, with the jurisdiction it serves: by code, or a new one by name.',
    input: v.omit(RegisterInput, ['retry_key']),
    run: (tx, { input, retryKey }) => registerOrganization(tx, { ...input, retry_key: retryKey }),
  }),
  operation({ method: 'GET', path: '/organizations/{slug}', collection, summary: 'One organization.', run: organization }),
  operation({
    method: 'GET',
    path: '/people/{slug}',
    collection,
    summary: 'One member.',
    run: async (tx, { params }) => {
      const person = (await findPerson(tx, params.slug!)) ?? raise();
      return { ...person, fields: Object.fromEntries((await listProfile(tx, person.id)).map((each) => [each.field, each.words])) };
    },
  }),
  operation({
    method: 'GET',
    path: '/organizations/{slug}/invitations',
    collection,
    list: true,
    summary: 'Who was invited, for those who may invite.',
    run: async (tx, call) => cut(await listInvitations(tx, (await organization(tx, call)).id), call, (row) => row.id),
  }),
  operation({
    method: 'POST',
    path: '/organizations/{slug}/invitations',
    collection,
    summary: 'Invite an address; the link goes there by mail.',
    input: InviteInput,
    run: async (tx, call) => inviteColleague(tx, { ...call.input, organizationId: (await organization(tx, call as Call)).id }),
  }),
  operation({
    method: 'DELETE',
    path: '/invitations/{id}',
    collection,
    summary: 'Take an invitation back.',
    run: (tx, call) => revokeInvitation(tx, { id: idOf(call) }),
  }),
];

function raise(error = notFound()): never {
  throw error;
}
