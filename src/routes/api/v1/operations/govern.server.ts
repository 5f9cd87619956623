import { findAct, listActs } from '#domains/govern/acts.server.ts';
import { listAcceptances, listPresent, listVersions } from '#domains/govern/agreements.server.ts';
import { delegateDuty } from '#domains/govern/delegate-duty.server.ts';
import { listDelegations } from '#domains/govern/delegations.server.ts';
import { revokeDelegation } from '#domains/govern/revoke-delegation.server.ts';
import { endAct } from '#domains/govern/end-act.server.ts';
import { DelegationInput, EndingInput } from '#domains/govern/model.ts';
import { listRights } from '#domains/govern/roles.server.ts';
import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import * as v from 'valibot';
import { notFound } from '#platform/errors.ts';
import { cut, operation } from '../operation.server.ts';

const collection = 'govern';
const signedIn = async (tx: Tx): Promise<boolean> => (await sql<{ somebody: boolean }>`select app.me() is not null as somebody`.execute(tx)).rows[0]!.somebody;

/** Acts that need two. Proposing and confirming are not here: both people sit in a browser. */
export const govern = [
  operation({
    method: 'GET',
    path: '/two-person-acts',
    collection,
    list: true,
    summary: 'Acts that need two and concern me, newest first: what exactly, by whom, until when.',
    run: async (tx, call) => cut(await listActs(tx), call, (row) => row.id),
  }),
  operation({
    method: 'GET',
    path: '/two-person-acts/{id}',
    collection,
    summary: 'One act.',
    run: async (tx, { params }) => {
      const found = v.is(v.pipe(v.string(), v.uuid()), params.id) ? await findAct(tx, params.id) : undefined;
      if (!found) throw notFound('govern.act.not_found');
      return found;
    },
  }),
  operation({
    method: 'POST',
    path: '/two-person-acts/{id}/endings',
    collection,
    summary: 'Withdraw what I proposed, or decline, with a reason, what another did.',
    input: v.omit(EndingInput, ['id']),
    run: (tx, { params, input }) => endAct(tx, { id: params.id!, ...input }),
  }),
  operation({
    method: 'GET',
    path: '/agreements',
    collection,
    list: true,
    summary: 'The present version of the terms and of the sharing rules, and when I accepted it. Accepting is for a person in a browser.',
    run: async (tx, call) => cut(await listPresent(tx, await signedIn(tx)), call, (row) => row.document),
  }),
  operation({
    method: 'GET',
    path: '/agreements/{document}/versions',
    collection,
    list: true,
    summary: 'All versions of a document with their words, newest first.',
    run: async (tx, call) => cut(await listVersions(tx, call.params.document!, await signedIn(tx)), call, (row) => row.id),
  }),
  operation({
    method: 'GET',
    path: '/agreement-acceptances',
    collection,
    list: true,
    summary: 'Who accepted which version and when: mine, for a focal point those of their people, for a steward all.',
    run: async (tx, call) => cut(await listAcceptances(tx), call, (row) => `${row.slug} ${row.document} ${row.number}`),
  }),
  operation({
    method: 'GET',
    path: '/delegations',
    collection,
    list: true,
    summary: 'Who stands in for whom, and when: now, later, and over.',
    run: async (tx, call) => cut(await listDelegations(tx), call, (row) => row.id),
  }),
  operation({
    method: 'POST',
    path: '/delegations',
    collection,
    summary: 'Hand a duty of mine to a colleague, from one day to another.',
    input: DelegationInput,
    run: (tx, { input }) => delegateDuty(tx, input),
  }),
  operation({
    method: 'DELETE',
    path: '/delegations/{id}',
    collection,
    summary: 'End it early: take it back, or give it back.',
    run: (tx, { params }) => revokeDelegation(tx, params),
  }),
  operation({
    method: 'GET',
    path: '/rights',
    collection,
    list: true,
    summary: 'Each right and the roles that hold it, as the policies say.',
    run: async (tx, call) => cut(await listRights(tx), call, (row) => row.key),
  }),
];
