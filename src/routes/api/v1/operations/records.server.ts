import { changeRule } from '#domains/records/change-rule.server.ts';
import { HoldInput, RuleInput } from '#domains/records/model.ts';
import { placeHold } from '#domains/records/place-hold.server.ts';
import { listHolds, listRules } from '#domains/records/queries.server.ts';
import { cut, operation } from '../operation.server.ts';

const collection = 'records';

/** Keeping and forgetting. */
export const records = [
  operation({
    method: 'GET',
    path: '/retention-rules',
    collection,
    list: true,
    summary: 'How long each kind of thing is kept, by label where it carries one; no days: for good.',
    run: async (tx, call) => cut((await listRules(tx)).rules, call, ({ kind, label }) => `${kind} ${label}`),
  }),
  operation({
    method: 'POST',
    path: '/retention-rules',
    collection,
    summary:
      'Change how long something is kept (stewards, freshly proved). For a week the longer of old and new still counts; a shorter time is proposed in a browser only, once the hub has had two stewards.',
    input: RuleInput,
    run: (tx, { input }) => changeRule(tx, input),
  }),
  operation({
    method: 'GET',
    path: '/holds',
    collection,
    list: true,
    summary: 'Legal holds, those that stand first; none for whoever is no steward.',
    run: async (tx, call) => cut((await listHolds(tx)).holds, call, ({ id }) => id),
  }),
  operation({
    method: 'POST',
    path: '/holds',
    collection,
    summary: 'Place a legal hold (stewards, freshly proved): nothing it covers can be removed while it stands. Lifting it is an act that needs two, lift_hold.',
    input: HoldInput,
    run: (tx, { input }) => placeHold(tx, input),
  }),
];
