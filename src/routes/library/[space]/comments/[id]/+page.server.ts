import { redirect } from '@sveltejs/kit';
import { loadConversation, optionsOf } from '#domains/conversations/load-conversation.server.ts';
import { closeComment, withdrawComment } from '#domains/library/comments/close-comment.server.ts';
import { disposeComment } from '#domains/library/comments/dispose-comment.server.ts';
import { viewComments } from '#domains/library/comments/list-view.server.ts';
import { commentHere, disposal } from '#domains/library/comments/one-comment.server.ts';
import { as, type Tx } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';
import { to } from '#ui/locale.ts';
import { refused } from '#ui/refused.server.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types.js';
import { talkActions } from '../../../../talk.server.ts';

export const load: PageServerLoad = async ({ locals, params, url, request, parent }) => {
  if (!(await parent()).me) redirect(303, to(`/signin?next=${encodeURIComponent(to(locals.path))}&members`));
  const found = await as(locals.actor, async (tx) => {
    const { space, comment } = await commentHere(tx, params);
    const view = await loadConversation(
      tx,
      { kind: comment.subject_kind, id: comment.subject_id, within: comment.within_id },
      { ...optionsOf(url, request), thread: comment.id, single: true },
    );
    // What else is said about the page stands there.
    return {
      space,
      comment: (await viewComments(tx, space.slug, [comment]))[0]!,
      view: { ...view, threads: view.threads.filter(({ id }) => id === comment.id) },
    };
  });
  return { title: found.view.thread?.title ?? '', room: 'library' as const, made: url.searchParams.has('made'), retryKey: newId(), ...found };
};

const act = (name: string, work: (tx: Tx, id: string, form: FormData) => Promise<unknown>) => async (event: RequestEvent) => {
  const form = await event.request.formData();
  try {
    await as(event.locals.actor, async (tx) => work(tx, (await commentHere(tx, event.params)).comment.id, form));
  } catch (error) {
    const answer = refused(error, form);
    Object.assign(answer.data, { act: name });
    return answer;
  }
  redirect(303, to(`/library/${event.params.space}/comments/${event.params.id}`));
};

export const actions: Actions = {
  ...talkActions<RequestEvent>(async (tx, { params }) => {
    const { comment } = await commentHere(tx, params);
    return {
      subject: { kind: comment.subject_kind, id: comment.subject_id, within: comment.within_id },
      back: () => `/library/${params.space}/comments/${params.id}`,
    };
  }),
  dispose: act('dispose', (tx, id, form) => disposeComment(tx, disposal(id, form))),
  close: act('close', (tx, id, form) => closeComment(tx, { id, closed: form.get('closed') === 'yes' })),
  withdraw: act('withdraw', (tx, id, form) => withdrawComment(tx, { id, withdrawn: form.get('withdrawn') === 'yes' })),
};
