import { findAct, listActs } from '#domains/govern/acts.server.ts';
import { endAct } from '#domains/govern/end-act.server.ts';
import { EndingInput, ProposalInput } from '#domains/govern/model.ts';
import { proposeAct } from '#domains/govern/propose-act.server.ts';
import * as v from 'valibot';
import { notFound } from '#platform/errors.ts';
import { cut, operation } from '../operation.server.ts';

const collection = 'govern';

/** Acts that need two. Confirming is not here: a second person sits in a browser. */
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
    method: 'POST',
    path: '/two-person-acts',
    collection,
    summary: 'Propose an act that needs two; another person confirms it in a browser within 72 hours.',
    input: ProposalInput,
    run: (tx, { input }) => proposeAct(tx, input),
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
];
