import type { Tx } from '#platform/database/open.server.ts';
import { dropDraft, keepDraft } from './drafts.server.ts';
import type { Subject } from './model.ts';
import { openConversation } from './open-conversation.server.ts';
import { askPoll } from './polls.server.ts';
import { postMessage } from './post-message.server.ts';
import { scheduleMessage } from './schedule-message.server.ts';
import { startThread } from './start-thread.server.ts';

export type Field = (name: string) => string | undefined;
type Place = { subject: Subject; title?: string | undefined };

/** Posts what the composer holds, with its poll if it has one, and lets the draft go. Refuses as posting, starting and asking do. */
export async function postForm(tx: Tx, { subject, title }: Place, text: Field, files: string[]): Promise<{ id: string; thread_id: string }> {
  const message = { body: text('body'), marking: text('mark') || null, retry_key: text('retry_key'), files };
  const thread = text('thread_id');
  if (text('draft') === 'kept') await dropDraft(tx, subject, thread || null);
  const options = (text('poll_options') ?? '').split('\n').filter((line) => line.trim());
  const posted = thread
    ? await postMessage(tx, { ...message, thread_id: thread }, { last: options.length === 0 })
    : await startThread(tx, {
        ...message,
        conversation_id: (await openConversation(tx, { subject })).id,
        title: title ?? text('title'),
        anchor: text('anchor') || null,
      });
  if (options.length && !posted.repeated)
    await askPoll(tx, posted.id, {
      options,
      multiple: text('poll_multiple') === 'yes',
      named: text('poll_named') === 'yes',
      hours: Number(text('poll_hours')) || null,
    });
  return posted;
}

/** Lets what the composer holds wait for its moment. Refuses as scheduling does. */
export async function scheduleForm(tx: Tx, { subject, title }: Place, text: Field): Promise<void> {
  const thread = text('thread_id') || null;
  await scheduleMessage(tx, {
    thread_id: thread,
    conversation_id: thread ? null : (await openConversation(tx, { subject })).id,
    title: title ?? text('title') ?? null,
    body: text('body'),
    marking: text('mark') || null,
    send_at: text('send_at') ?? '',
    retry_key: text('retry_key'),
  });
  await dropDraft(tx, subject, thread);
}

/** Keeps what the composer holds. Refuses as keeping a draft does. */
export async function draftForm(tx: Tx, { subject }: Place, text: Field): Promise<void> {
  await keepDraft(tx, { subject, thread_id: text('thread_id') || null, title: text('title') ?? '', body: text('body') ?? '', marking: text('mark') || null });
}
