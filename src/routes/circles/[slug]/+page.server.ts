import { answerAdmission, withdrawAdmission } from '#domains/people/circles/answer-admission.server.ts';
import { askCircle, joinCircle, leaveCircle } from '#domains/people/circles/enter-circle.server.ts';
import { bringIn, inviteMember } from '#domains/people/guests/bring-in.server.ts';
import { guestDays } from '#domains/people/guests/guest.ts';
import { nameRunner, takeBackRunner } from '#domains/people/circles/name-runner.server.ts';
import { loadCircle } from '#domains/people/circles/load-circle.server.ts';
import { removeFromCircle } from '#domains/people/remove-from-circle.server.ts';
import {
  circles_answered,
  circles_asked,
  circles_invited,
  circles_joined,
  circles_removed,
  circles_runner_named,
  circles_runner_taken,
  circles_withdrawn,
  people_circle_added,
} from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { requireMe } from '../../entering.server.ts';
import type { Actions, PageServerLoad } from './$types.js';
import { act, person } from './act.server.ts';

export const load: PageServerLoad = async (event) => {
  await requireMe(event);
  const found = await as(event.locals.actor, (tx) => loadCircle(tx, event.params.slug));
  if (!found) throw notFound('people.circle.not_found');
  return {
    title: found.circle.name,
    room: 'people' as const,
    made: event.url.searchParams.has('made'),
    saved: event.url.searchParams.has('saved'),
    days: guestDays(),
    ...found,
  };
};

export const actions: Actions = {
  add: act(bringIn, people_circle_added),
  remove: act(removeFromCircle, circles_removed),
  invite: act(inviteMember, circles_invited),
  name: act(person(nameRunner), circles_runner_named),
  unname: act(person(takeBackRunner), circles_runner_taken),
  join: act(joinCircle, circles_joined),
  ask: act(askCircle, circles_asked),
  leave: act(leaveCircle, circles_joined, '/circles?left'),
  answer: act(answerAdmission, circles_answered),
  withdraw: act((tx, { id = '' }) => withdrawAdmission(tx, { id }), circles_withdrawn),
};
