import * as v from 'valibot';
import { changeChecklist } from '#domains/govern/change-checklist.server.ts';
import { confirmMembers } from '#domains/people/confirming/confirm-members.server.ts';
import { findConfirming } from '#domains/people/confirming/confirmations.server.ts';
import { findCircle } from '#domains/people/circles.server.ts';
import { InviteGuestInput, StayInput } from '#domains/people/guests/guest.ts';
import { bringGuest, inviteGuest, listGuests, renewGuest } from '#domains/people/guests/guests.server.ts';
import { AnswerInput, ChecklistInput } from '#domains/people/joining/application.ts';
import { findApplication, listApplications } from '#domains/people/joining/applications.server.ts';
import { listChecklists } from '#domains/people/joining/checklists.server.ts';
import { answerVetting } from '#domains/people/joining/vet-application.server.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { cut, operation } from '../operation.server.ts';

const collection = 'people';
const Stay = v.omit(StayInput, ['circle', 'whom']);
const wholeId = (id = '') => (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id) ? id : '00000000-0000-0000-0000-000000000000');
const whom = ({ kind, whom: slug }: Record<string, string>) => `${kind === 'people' ? 'person' : 'organization'}/${slug}`;
async function circleOf(tx: Tx, slug = '') {
  const circle = await findCircle(tx, slug);
  if (!circle) throw notFound('people.circle.not_found');
  return circle;
}

/** Applications and their vetting, guests of circles, and the yearly question who still works there. */
export const joining = [
  operation({
    method: 'GET',
    path: '/applications',
    collection,
    list: true,
    summary: 'Organizations that ask to take part, open ones first: for stewards.',
    run: async (tx, call) => cut(await listApplications(tx), call, (row) => row.id),
  }),
  operation({
    method: 'GET',
    path: '/applications/{id}',
    collection,
    summary: 'One application with its contacts, its proof and the answers of the checklist: for stewards.',
    run: async (tx, { params }) => {
      const found = await findApplication(tx, wholeId(params.id));
      if (!found) throw notFound('people.application.not_found');
      return found;
    },
  }),
  operation({
    method: 'POST',
    path: '/applications/{id}/answers',
    collection,
    summary: 'Answer a question of the checklist; the newest answer counts. Finishing, confirming and refusing are for people in a browser, and not here.',
    input: AnswerInput,
    run: (tx, { params, input }) => answerVetting(tx, { id: wholeId(params.id), ...input }),
  }),
  operation({
    method: 'GET',
    path: '/checklists',
    collection,
    list: true,
    summary: 'Every version of the checklist that applications are vetted with, the newest first: for stewards.',
    run: async (tx, call) => cut((await listChecklists(tx)).versions, call, ({ version }) => String(version)),
  }),
  operation({
    method: 'POST',
    path: '/checklists',
    collection,
    summary:
      'Make the next version of the checklist (stewards, freshly proved): `after` is the version you saw, `keep` the codes that stay, `add` new questions. Taking one away is proposed in a browser only, once the hub has had two stewards.',
    input: ChecklistInput,
    run: (tx, { input }) => changeChecklist(tx, input),
  }),
  operation({
    method: 'GET',
    path: '/circles/{slug}/guests',
    collection,
    list: true,
    summary: 'The guests of a circle with the last day of each, where one may see who is in it.',
    run: async (tx, call) => cut(await listGuests(tx, (await circleOf(tx, call.params.slug)).id), call, (row) => `${row.kind}/${row.slug}`),
  }),
  operation({
    method: 'POST',
    path: '/circles/{slug}/guests',
    collection,
    summary: 'Invite a guest that is not here yet, until a day: its organization, and its first person by mail.',
    input: v.omit(InviteGuestInput, ['circle']),
    run: (tx, { params, input }) => inviteGuest(tx, { circle: params.slug, ...input }),
  }),
  operation({
    method: 'POST',
    path: '/circles/{slug}/guests/{kind}/{whom}',
    collection,
    summary: 'Bring in a guest who is here already, until a day: kind is people or organizations.',
    input: Stay,
    run: (tx, { params, input }) => bringGuest(tx, { circle: params.slug, whom: whom(params), ...input }),
  }),
  operation({
    method: 'PATCH',
    path: '/circles/{slug}/guests/{kind}/{whom}',
    collection,
    summary: 'Give a guest another last day.',
    input: Stay,
    run: (tx, { params, input }) => renewGuest(tx, { circle: params.slug, whom: whom(params), ...input }),
  }),
  operation({
    method: 'GET',
    path: '/organizations/{slug}/confirmation',
    collection,
    summary: 'Who works there, when that was last said, and when it is due: for focal points and stewards.',
    run: async (tx, { params }) => {
      const found = await findConfirming(tx, params.slug ?? '');
      if (!found) throw notFound('people.organization.not_found');
      return found;
    },
  }),
  operation({
    method: 'POST',
    path: '/organizations/{slug}/confirmation',
    collection,
    summary: 'Say who still works there and who has left, by slug; whoever has left goes at once, with the reason.',
    input: v.object({ works: v.array(v.string()), left: v.array(v.string()), reason: v.optional(v.string(), '') }),
    run: (tx, { params, input }) => confirmMembers(tx, { organization: params.slug, ...input }),
  }),
];
