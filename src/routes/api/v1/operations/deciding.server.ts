import * as v from 'valibot';
import { approveRequest, correctNature, takeBackApproval } from '#domains/library/deciding/approve.server.ts';
import { Extension, NATURES, Position, SetRules, Words } from '#domains/library/deciding/model.ts';
import { givePosition, openPositions } from '#domains/library/deciding/positions.server.ts';
import { closeEarly, extendProcedure, openProcedure } from '#domains/library/deciding/procedure.server.ts';
import { findDeciding, findRules, listRulesChanges, listSteps } from '#domains/library/deciding/queries.server.ts';
import { setRules } from '#domains/library/deciding/set-rules.server.ts';
import { LeadInput, listLeads, nameLead } from '#domains/people/leads.server.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { type Call, cut, operation } from '../operation.server.ts';

const collection = 'change-requests';
const Reason = v.object({ reason: Words });
const idOf = ({ params }: Call) => (v.is(v.pipe(v.string(), v.uuid()), params['id']) ? params['id']! : raise());
const deciding = async (tx: Tx, call: Call) => {
  const id = idOf(call);
  return { ...((await findDeciding(tx, id)) ?? raise()), steps: await listSteps(tx, id) };
};
/** One command about a request; answers where the decision stands then. */
const act = <S extends v.GenericSchema>(name: string, summary: string, input: S, work: (tx: Tx, given: v.InferOutput<S> & { id: string }) => Promise<void>) =>
  operation({
    method: 'POST',
    path: `/change-requests/{id}/${name}`,
    collection,
    summary,
    input,
    run: async (tx, call) => {
      await work(tx, { ...(call.input as object), id: idOf(call as Call) } as v.InferOutput<S> & { id: string });
      return deciding(tx, call as Call);
    },
  });

export const decidingOperations = [
  operation({
    method: 'GET',
    path: '/spaces/{space}/rules',
    collection: 'spaces',
    summary: 'What a space asks for before a merge, and how that came to be.',
    run: async (tx, { params }) => {
      const found = (await findRules(tx, params['space']!)) ?? raise();
      return { ...found, changes: await listRulesChanges(tx, found.id) };
    },
  }),
  operation({
    method: 'POST',
    path: '/spaces/{space}/rules',
    collection: 'spaces',
    summary: 'Set what a space asks for; asking for less waits for a second steward (act).',
    input: SetRules,
    run: async (tx, { params, input }) => setRules(tx, params['space']!, input),
  }),
  operation({
    method: 'GET',
    path: '/change-requests/{id}/deciding',
    collection,
    summary: 'Where a decision stands: what is missing, the clock, approvals, positions, and every step so far.',
    run: deciding,
  }),
  act('approve', 'Approve it as it is worded now.', Reason, approveRequest),
  act('take-back-approval', 'Take my approval back.', Reason, takeBackApproval),
  act('nature', 'Say whether it is editorial or substantive, with a reason.', v.object({ nature: v.picklist(NATURES), ...Reason.entries }), correctNature),
  act('open-procedure', 'Put it to everybody, as its space asks: a last call or a consultation.', Reason, openProcedure),
  act('extend', 'Give more days, with a reason.', Extension, extendProcedure),
  act('close-early', 'End a last call before its day, with a reason; never where a space decides formally.', Reason, closeEarly),
  act('open-positions', 'Ask jurisdictions for positions, once every comment has its answer.', Reason, openPositions),
  act('positions', 'Speak for a jurisdiction that my authority leads.', Position, givePosition),
  operation({
    method: 'GET',
    path: '/lead-authorities',
    collection: 'jurisdictions',
    list: true,
    summary: 'Jurisdictions, their authorities, and which of them leads.',
    run: async (tx, call) => cut(await listLeads(tx), call, ({ id }) => id),
  }),
  operation({
    method: 'POST',
    path: '/jurisdictions/{id}/lead',
    collection: 'jurisdictions',
    summary: 'Say which authority leads the jurisdiction of mine; null takes it back.',
    input: v.omit(LeadInput, ['jurisdiction_id']),
    run: async (tx, call) => {
      await nameLead(tx, { ...call.input, jurisdiction_id: idOf(call as Call) });
      return { done: true };
    },
  }),
];

function raise(): never {
  throw notFound();
}
