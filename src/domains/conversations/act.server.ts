import type { Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { renameThread, resolveThread } from './change-thread.server.ts';
import { editMessage } from './edit-message.server.ts';
import { followThread } from './follow-thread.server.ts';
import { involve } from './involve.server.ts';
import { markRead } from './mark-read.server.ts';
import type { Subject } from './model.ts';
import { draftForm, postForm, scheduleForm } from './post-form.server.ts';
import { takeBackMessage } from './take-back-message.server.ts';

/** The forms a page with a conversation may send, by the name of their action. */
export const ACTS = ['post', 'schedule', 'draft', 'edit', 'take_back', 'rename', 'resolve', 'read', 'follow', 'involve'] as const;
export type Act = (typeof ACTS)[number];
/** to: where this leads, if not to the thread. */
export type Acted = { thread_id: string | null; message_id: string | null; to?: string };

/**
 * Does what a form of the conversation about a subject asks, as the last thing in its transaction. `title` names the one thread of a subject that has no list of threads.
 * Refuses as the commands do.
 */
export async function actOnConversation(tx: Tx, act: Act, subject: Subject, form: FormData, title?: string): Promise<Acted> {
  const text = (name: string) => {
    const value = form.get(name);
    return typeof value === 'string' ? value : undefined;
  };
  const id = text('id') ?? '';
  switch (act) {
    case 'post': {
      const posted = await postForm(tx, { subject, title }, text, form.getAll('upload').map(String));
      return { thread_id: posted.thread_id, message_id: posted.id };
    }
    case 'schedule':
      await scheduleForm(tx, { subject, title }, text, form.getAll('upload').map(String));
      return { thread_id: null, message_id: null, to: '/scheduled' };
    case 'draft':
      await draftForm(tx, { subject }, text);
      return { thread_id: text('thread_id') || null, message_id: null };
    case 'edit': {
      const mark = text('mark');
      const edited = await editMessage(tx, { id, body: text('body'), ...(mark === undefined ? {} : { marking: mark || null }) });
      return { thread_id: edited.thread_id, message_id: edited.id };
    }
    case 'take_back': {
      const taken = await takeBackMessage(tx, { id });
      return { thread_id: taken.thread_id, message_id: taken.id };
    }
    case 'rename':
      await renameThread(tx, { id, title: text('title') });
      return { thread_id: id, message_id: null };
    case 'resolve':
      await resolveThread(tx, { id, resolved: text('resolved') === 'yes' });
      return { thread_id: id, message_id: null };
    case 'read':
      await markRead(tx, { thread_id: id, number: Number(text('number')) || 0 });
      return { thread_id: id, message_id: null };
    case 'follow':
      await followThread(tx, { id, state: text('state') || null });
      return { thread_id: id, message_id: null };
    case 'involve':
      await involve(tx, {
        conversation_id: id,
        ...(text('level') ? { level: text('level') } : {}),
        ...(text('joined') ? { joined: text('joined') === 'yes' } : {}),
        ...(text('view') ? { view: text('view') } : {}),
      });
      return { thread_id: text('thread_id') || null, message_id: null };
    default:
      throw notFound();
  }
}
