import type { Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { renameThread, resolveThread } from './change-thread.server.ts';
import { editMessage } from './edit-message.server.ts';
import { followThread } from './follow-thread.server.ts';
import { involve } from './involve.server.ts';
import { markRead } from './mark-read.server.ts';
import type { Subject } from './model.ts';
import { openConversation } from './open-conversation.server.ts';
import { postMessage } from './post-message.server.ts';
import { startThread } from './start-thread.server.ts';
import { takeBackMessage } from './take-back-message.server.ts';

/** The forms a page with a conversation may send, by the name of their action. */
export const ACTS = ['post', 'edit', 'take_back', 'rename', 'resolve', 'read', 'follow', 'involve'] as const;
export type Act = (typeof ACTS)[number];
export type Acted = { thread_id: string | null; message_id: string | null };

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
      const message = { body: text('body'), marking: text('mark') || null, retry_key: text('retry_key'), files: form.getAll('upload').map(String) };
      const posted = text('thread_id')
        ? await postMessage(tx, { ...message, thread_id: text('thread_id') }, { last: true })
        : await startThread(tx, {
            ...message,
            conversation_id: (await openConversation(tx, { subject })).id,
            title: title ?? text('title'),
            anchor: text('anchor') || null,
          });
      return { thread_id: posted.thread_id, message_id: posted.id };
    }
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
