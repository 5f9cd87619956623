import { redirect } from '@sveltejs/kit';
import { loadConversation, optionsOf } from '#domains/conversations/load-conversation.server.ts';
import { choicesOf } from '#domains/library/choices.ts';
import { declineChangeRequest, withdrawChangeRequest } from '#domains/library/close-change-request.server.ts';
import { mergeChangeRequest } from '#domains/library/merge-change-request.server.ts';
import { listHappenings } from '#domains/library/queries/change-requests.server.ts';
import type { Opened } from '#domains/library/open-change-request.server.ts';
import { addressAfter, decisionHere, findHere, review } from '#domains/library/queries/review.server.ts';
import { undoHere } from '#domains/library/undo-change-request.server.ts';
import { findMyByline } from '#domains/people/my-byline.server.ts';
import { changes_page_title } from '#paraglide/messages.js';
import { as, type Tx } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';
import { to } from '#ui/locale.ts';
import { refused } from '#ui/refused.server.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types.js';
import { talkActions } from '../../../talk.server.ts';

export const load: PageServerLoad = async ({ locals, params, url, request: asked }) => {
  const found = await as(locals.actor, async (tx) => {
    const request = await findHere(tx, params);
    const view = await loadConversation(tx, { kind: 'change_request', id: request.id }, { ...optionsOf(url, asked), single: true });
    return { request, view, happenings: await listHappenings(tx, request.id), ...(await review(tx, request, url.searchParams.get('page'))) };
  });
  const { number, title } = found.request;
  const notice = ['opened', 'changed', 'merged'].find((each) => url.searchParams.has(each)) ?? '';
  return { title: changes_page_title({ number, title }), room: 'library' as const, ...found, notice, retryKey: newId() };
};

type Decide = (tx: Tx, decision: { id: string; byline_id: string; reason: string }, form: FormData) => Promise<Opened | void>;

/** Runs one decision; what it refuses comes back with everything that was typed. */
const decide = (act: string, work: Decide) => async (event: RequestEvent) => {
  const { space, number } = event.params;
  const form = await event.request.formData();
  let next: string;
  try {
    next = await as(event.locals.actor, async (tx) => {
      const decision = await decisionHere(tx, event.params, await findMyByline(tx), form);
      const opened = await work(tx, decision, form);
      return opened ? `/changes/${space}/${opened.number}?opened` : addressAfter(tx, act, { id: decision.id, address: `/changes/${space}/${number}` });
    });
  } catch (error) {
    const answer = refused(error, form);
    Object.assign(answer.data, { act });
    return answer;
  }
  redirect(303, to(next));
};

export const actions: Actions = {
  ...talkActions<RequestEvent>(async (tx, { params }) => {
    const { id, title } = await findHere(tx, params);
    return { subject: { kind: 'change_request', id }, title };
  }),
  merge: decide('merge', (tx, decision, form) => mergeChangeRequest(tx, { ...decision, choices: choicesOf(form), seen: String(form.get('seen') ?? '') })),
  decline: decide('decline', declineChangeRequest),
  withdraw: decide('withdraw', withdrawChangeRequest),
  undo: decide('undo', undoHere),
};
