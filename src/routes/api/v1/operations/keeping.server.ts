import * as v from 'valibot';
import { answerDecision } from '#domains/conversations/moderation/answer-decision.server.ts';
import { Answer, Report } from '#domains/conversations/moderation/model.ts';
import { listAboutMe, listMyReports } from '#domains/conversations/moderation/queries.server.ts';
import { reportMessage } from '#domains/conversations/moderation/report-message.server.ts';
import { cut, operation } from '../operation.server.ts';

export const keeping = [
  operation({
    method: 'POST',
    path: '/messages/{id}/reports',
    collection: 'reports',
    summary: 'Report a message of others that I read, to those who keep order there. Where nobody does, hand_over gives it to the moderators of the hub.',
    input: v.omit(Report, ['message_id']),
    run: (tx, { params, input }) => reportMessage(tx, { ...input, message_id: params['id'] }),
  }),
  operation({
    method: 'GET',
    path: '/reports',
    collection: 'reports',
    list: true,
    summary: 'What I reported, and what became of it.',
    run: async (tx, call) => cut(await listMyReports(tx), call, (row) => row.id),
  }),
  operation({
    method: 'GET',
    path: '/decisions-about-me',
    collection: 'reports',
    list: true,
    summary: 'What moderators decided about me and my messages.',
    run: async (tx, call) => cut(await listAboutMe(tx), call, (row) => row.id),
  }),
  operation({
    method: 'POST',
    path: '/decisions-about-me/{id}/answer',
    collection: 'reports',
    summary: 'Answer such a decision, once.',
    input: v.omit(Answer, ['id']),
    run: (tx, { params, input }) => answerDecision(tx, { ...input, id: params['id'] }),
  }),
];
