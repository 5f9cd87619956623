import * as v from 'valibot';
import { keepSubmission } from '#domains/library/countries/keep-submission.server.ts';
import { Submission } from '#domains/library/countries/model.ts';
import { findWithin, listCountries } from '#domains/library/countries/queries.server.ts';
import { submitCountry } from '#domains/library/countries/submit.server.ts';
import { findChangeRequest } from '#domains/library/queries/change-requests.server.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { type Call, cut, operation } from '../operation.server.ts';

const collection = 'change-requests';
const idOf = (call: Call, name = 'id') => (v.is(v.pipe(v.string(), v.uuid()), call.params[name]) ? call.params[name]! : raise());
const within = async (tx: Tx, call: Call) => findWithin(tx, (await findChangeRequest(tx, { id: idOf(call) })) ?? raise(), idOf(call, 'jurisdiction'));
const Given = v.object({ ...Submission.entries, position: v.optional(v.boolean(), false) });

export const countryOperations = [
  operation({
    method: 'GET',
    path: '/change-requests/{id}/within',
    collection,
    list: true,
    summary:
      'The countries within which I read this request, and whether I comment there and speak for them. A comment within one is made at /comments, with within.',
    run: async (tx, call) => cut(await listCountries(tx, idOf(call)), call, ({ id }) => id),
  }),
  operation({
    method: 'GET',
    path: '/change-requests/{id}/within/{jurisdiction}',
    collection,
    summary: 'What a country of mine says about this request among itself, and what is drafted of it; TLP:AMBER.',
    run: within,
  }),
  operation({
    method: 'POST',
    path: '/change-requests/{id}/within/{jurisdiction}/draft',
    collection,
    summary:
      'Keep what my lead authority drafts: the position, and of each comment whether it is taken along and in which words. version is that of the draft it was made from, 0 for none.',
    input: Submission,
    run: async (tx, call) => {
      await keepSubmission(tx, { request: idOf(call as Call), country: idOf(call as Call, 'jurisdiction'), submission: call.input });
      return within(tx, call as Call);
    },
  }),
  operation({
    method: 'POST',
    path: '/change-requests/{id}/within/{jurisdiction}/submit',
    collection,
    summary: 'Submit for my country: the chosen comments become its comments before everyone who reads the request; with position, its position is given too.',
    input: Given,
    run: async (tx, call) => {
      const { position, ...submission } = call.input;
      return submitCountry(tx, { request: idOf(call as Call), country: idOf(call as Call, 'jurisdiction'), submission, position });
    },
  }),
];

function raise(): never {
  throw notFound();
}
