import * as v from 'valibot';
import { findReaders } from '#domains/people/audiences.server.ts';
import { answerAdmission, withdrawAdmission } from '#domains/people/circles/answer-admission.server.ts';
import { changeCircle } from '#domains/people/circles/change-circle.server.ts';
import { askCircle, joinCircle, leaveCircle } from '#domains/people/circles/enter-circle.server.ts';
import { bringIn, inviteMember } from '#domains/people/guests/bring-in.server.ts';
import { AnswerAdmission, AskCircle, CircleRules, FollowTopics, InviteToCircle, NameRunner } from '#domains/people/circles/model.ts';
import { nameRunner, takeBackRunner } from '#domains/people/circles/name-runner.server.ts';
import { followTopics, listTopics } from '#domains/people/circles/topics.server.ts';
import { findCircle, listAdmissions, listCircles, listInOtherwise } from '#domains/people/circles.server.ts';
import { makeCircle } from '#domains/people/make-circle.server.ts';
import { CircleInput, InCircleInput } from '#domains/people/model.ts';
import { removeFromCircle } from '#domains/people/remove-from-circle.server.ts';
import { notFound } from '#platform/errors.ts';
import { cut, operation } from '../operation.server.ts';

const collection = 'people';

/** Circles: who is in them, how one comes in, and who runs them. */
export const circles = [
  operation({
    method: 'GET',
    path: '/circles',
    collection,
    list: true,
    summary: 'The circles I am in (in_it) and those I know of, each with how one comes in and whom of it I may see.',
    run: async (tx, call) => cut(await listCircles(tx), call, (row) => row.slug),
  }),
  operation({
    method: 'POST',
    path: '/circles',
    collection,
    summary: 'Make a circle with oneself in it; its audience can then be chosen for a channel.',
    input: v.omit(CircleInput, ['retry_key']),
    run: (tx, { input, retryKey }) => makeCircle(tx, { ...input, retry_key: retryKey }),
  }),
  operation({
    method: 'GET',
    path: '/circles/{slug}',
    collection,
    summary: 'One circle.',
    run: async (tx, { params }) => {
      const found = await findCircle(tx, params.slug!);
      if (!found) throw notFound();
      return { ...found, otherwise: await listInOtherwise(tx, found.id) };
    },
  }),
  operation({
    method: 'POST',
    path: '/circles/{slug}/members',
    collection,
    summary: 'Bring a person or an organization in, each by its slug; a guest with the last day, as until.',
    input: v.object({ ...v.omit(InCircleInput, ['circle']).entries, until: v.optional(v.pipe(v.string(), v.maxLength(10))) }),
    run: (tx, { params, input }) => bringIn(tx, { circle: params.slug!, ...input }),
  }),
  operation({
    method: 'DELETE',
    path: '/circles/{slug}/members/{kind}/{whom}',
    collection,
    summary: 'Take a person or an organization out: kind is people or organizations.',
    run: (tx, { params }) =>
      removeFromCircle(tx, { circle: params.slug!, ...(params.kind === 'people' ? { member: params.whom } : { organization: params.whom }) }),
  }),
  operation({
    method: 'PATCH',
    path: '/circles/{slug}',
    collection,
    summary: 'Say anew what a circle I run is called, how one comes in, who knows of it and sees its members, and whom its rule fits.',
    input: CircleRules,
    run: (tx, { params, input }) => changeCircle(tx, params.slug!, input),
  }),
  operation({
    method: 'POST',
    path: '/circles/{slug}/me',
    collection,
    summary: 'Walk into a circle whose door is open.',
    run: (tx, { params }) => joinCircle(tx, { circle: params.slug! }),
  }),
  operation({
    method: 'DELETE',
    path: '/circles/{slug}/me',
    collection,
    summary: 'Leave a circle.',
    run: (tx, { params }) => leaveCircle(tx, { circle: params.slug! }),
  }),
  operation({
    method: 'POST',
    path: '/circles/{slug}/runners',
    collection,
    summary: 'Let somebody in the circle, by slug, run it too.',
    input: NameRunner,
    run: (tx, { params, input }) => nameRunner(tx, { circle: params.slug!, member: input.member }),
  }),
  operation({
    method: 'DELETE',
    path: '/circles/{slug}/runners/{member}',
    collection,
    summary: 'Somebody runs the circle no more. The last who does stays.',
    run: (tx, { params }) => takeBackRunner(tx, { circle: params.slug!, member: params.member! }),
  }),
  operation({
    method: 'POST',
    path: '/circles/{slug}/requests',
    collection,
    summary: 'Ask those who run a circle to let me in.',
    input: v.omit(AskCircle, ['circle']),
    run: (tx, { params, input }) => askCircle(tx, { circle: params.slug!, ...input }),
  }),
  operation({
    method: 'POST',
    path: '/circles/{slug}/invitations',
    collection,
    summary: 'Invite a member, by slug, into a circle I run.',
    input: v.omit(InviteToCircle, ['circle']),
    run: (tx, { params, input }) => inviteMember(tx, { circle: params.slug!, ...input }),
  }),
  operation({
    method: 'GET',
    path: '/circle-admissions',
    collection,
    list: true,
    summary: 'What waits for an answer: requests to circles I run and their invitations, what I asked, what I am invited to.',
    run: async (tx, call) => cut(await listAdmissions(tx), call, (row) => row.id),
  }),
  operation({
    method: 'POST',
    path: '/circle-admissions/{id}/answer',
    collection,
    summary: 'Answer a request to a circle I run, or an invitation to me.',
    input: v.omit(AnswerAdmission, ['id']),
    run: (tx, { params, input }) => answerAdmission(tx, { id: params.id, ...input }),
  }),
  operation({
    method: 'DELETE',
    path: '/circle-admissions/{id}',
    collection,
    summary: 'Take back what I asked, or an invitation to a circle I run.',
    run: (tx, { params }) => withdrawAdmission(tx, { id: params.id! }),
  }),
  operation({
    method: 'GET',
    path: '/audiences/{id}',
    collection,
    summary: 'Who exactly reads what has this audience of mine, as of now: how many of each organization, guests by name, the list.',
    run: async (tx, { params }) => {
      const found = /^\d{1,9}$/.test(params.id!) ? await findReaders(tx, Number(params.id)) : undefined;
      if (!found) throw notFound();
      return found;
    },
  }),
  operation({
    method: 'GET',
    path: '/topics',
    collection,
    list: true,
    summary: 'The matters of the field, and which of them I follow.',
    run: async (tx, call) => cut(await listTopics(tx), call, (row) => row.slug),
  }),
  operation({
    method: 'PATCH',
    path: '/topics',
    collection,
    summary: 'Follow these matters and no others.',
    input: FollowTopics,
    run: (tx, { input }) => followTopics(tx, input),
  }),
];
