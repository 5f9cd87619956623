import * as v from 'valibot';
import { addToCircle } from '#domains/people/add-to-circle.server.ts';
import { findCircle, listCircles } from '#domains/people/circles.server.ts';
import { listJurisdictions } from '#domains/people/directory.server.ts';
import { giveDuty } from '#domains/people/give-duty.server.ts';
import { makeCircle } from '#domains/people/make-circle.server.ts';
import { CircleInput, DutyInput, InCircleInput } from '#domains/people/model.ts';
import { removeFromCircle } from '#domains/people/remove-from-circle.server.ts';
import { takeBackDuty } from '#domains/people/take-back-duty.server.ts';
import { notFound } from '#platform/errors.ts';
import { cut, operation } from '../operation.server.ts';

const collection = 'people';

/** How the community grows, beside the organizations themselves: circles and duties. */
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
  operation({
    method: 'GET',
    path: '/circles',
    collection,
    list: true,
    summary: 'The circles I am in, with the people and organizations in them.',
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
      return found;
    },
  }),
  operation({
    method: 'POST',
    path: '/circles/{slug}/members',
    collection,
    summary: 'Bring a person or an organization in, each by its slug.',
    input: v.omit(InCircleInput, ['circle']),
    run: (tx, { params, input }) => addToCircle(tx, { circle: params.slug!, ...input }),
  }),
  operation({
    method: 'DELETE',
    path: '/circles/{slug}/members/{kind}/{whom}',
    collection,
    summary: 'Take a person or an organization out: kind is people or organizations.',
    run: (tx, { params }) =>
      removeFromCircle(tx, { circle: params.slug!, ...(params.kind === 'people' ? { member: params.whom } : { organization: params.whom }) }),
  }),
];
