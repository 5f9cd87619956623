import { redirect, type RequestEvent } from '@sveltejs/kit';
import { ACTS, type Act, type Acted, actOnConversation } from '#domains/conversations/act.server.ts';
import type { Subject } from '#domains/conversations/model.ts';
import { needWriter } from '#domains/conversations/need-writer.server.ts';
import type { Upload } from '#domains/files/keep-upload.server.ts';
import { as, type Tx } from '#platform/database/open.server.ts';
import { takeFiles, waitingFiles } from './take-files.server.ts';
import { to } from '#ui/locale.ts';
import { type Refused, refused } from '#ui/refused.server.ts';

export type TalkPlace = {
  subject: Subject;
  /** The title of the one thread, where the subject has no list of threads. */
  title?: string;
  /** Where to go afterwards; by default the page that was asked, at the thread. */
  back?(acted: Acted): string;
};
type Answer = ReturnType<typeof refused> | { read: true };

/**
 * Form actions of a page that embeds a conversation: post, schedule, draft, edit, take_back, rename, resolve, read, follow, involve.
 * `export const actions = talkActions(async (tx, event) => ({ subject: { kind: 'page', id: … } }))`; join them with the page's own by spreading.
 */
export function talkActions<E extends RequestEvent>(place: (tx: Tx, event: E) => Promise<TalkPlace> | TalkPlace): Record<Act, (event: E) => Promise<Answer>> {
  return Object.fromEntries(
    ACTS.map((act) => [
      act,
      async (event: E) => {
        const form = await event.request.formData();
        let there: string;
        try {
          if (act === 'post' || act === 'schedule') await takeFiles(event.locals.actor, form);
          there = await as(event.locals.actor, async (tx) => {
            // Before anything else: to somebody else the place itself may be unknown.
            await needWriter(tx, form.get('written_by'));
            const at = await place(tx, event);
            const acted = await actOnConversation(tx, act, at.subject, form, at.title);
            if (acted.to) return acted.to;
            const path = at.back?.(acted) ?? `${event.url.pathname}${at.title || !acted.thread_id ? '' : `?thread=${acted.thread_id}`}`;
            return acted.message_id ? `${path}#m-${acted.message_id}` : path;
          });
        } catch (error) {
          const answer = refused(error, form);
          Object.assign(answer.data, { act, thread_id: form.get('thread_id') ?? '', uploads: await waitingFiles(event.locals.actor, form) });
          return answer;
        }
        if (act === 'read') return { read: true as const };
        redirect(303, there.startsWith(event.url.pathname) ? there : to(there));
      },
    ]),
  ) as Record<Act, (event: E) => Promise<Answer>>;
}

export type TalkForm = (Partial<Refused> & { act?: string; read?: boolean; uploads?: Upload[] }) | null | undefined;
