import * as v from 'valibot';
import { listJurisdictions } from '#domains/people/directory.server.ts';
import { giveDuty } from '#domains/people/give-duty.server.ts';
import { DutyInput } from '#domains/people/model.ts';
import { takeBackDuty } from '#domains/people/take-back-duty.server.ts';
import { cut, operation } from '../operation.server.ts';

const collection = 'people';

/** How the community grows, beside the organizations themselves: duties. Circles stand in circles.server.ts. */
export const growing = [
  operation({
    method: 'GET',
    path: '/jurisdictions',
    collection,
    list: true,
    summary: 'The countries and unions that organizations here serve.',
    run: async (tx, call) => cut(await listJurisdictions(tx), call, (row) => row.code),
  }),
  operation({
    method: 'POST',
    path: '/people/{slug}/duties',
    collection,
    summary: 'Give a member a duty in the hub; all members can see who gave it.',
    input: v.omit(DutyInput, ['slug']),
    run: (tx, { params, input }) => giveDuty(tx, { slug: params.slug, ...input }),
  }),
  operation({
    method: 'DELETE',
    path: '/people/{slug}/duties/{duty}',
    collection,
    summary: 'Take a duty back. The last steward stays.',
    run: (tx, { params }) => takeBackDuty(tx, params),
  }),
];
