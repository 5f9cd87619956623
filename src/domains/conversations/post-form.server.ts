import type { Tx } from '#platform/database/open.server.ts';
import { dropDraft, keepDraft } from './drafts.server.ts';
import type { Subject } from './model.ts';
import { Refusal } from '#platform/errors.ts';
import { openConversation } from './open-conversation.server.ts';
import { askPoll } from './polls.server.ts';
import { postMessage } from './post-message.server.ts';
import { scheduleMessage } from './schedule-message.server.ts';
import { startThread } from './start-thread.server.ts';

export type Field = (name: string) => string | undefined;
type Place = { subject: Subject; title?: string | undefined };

/** The poll that the fields ask for, or none. */
function pollOf(text: Field) {
  const options = (text('poll_options') ?? '').split('\n').filter((line) => line.trim());
  if (!options.length) return null;
  return { options, multiple: text('poll_multiple') === 'yes', named: text('poll_named') === 'yes', hours: Number(text('poll_hours')) || null };
}

/** Posts what the composer holds, with its poll if it has one, and lets the draft go. Refuses as posting, starting and asking do. */
export async function postForm(tx: Tx, { subject, title }: Place, text: Field, files: string[]): Promise<{ id: string; thread_id: string }> {
  const message = { body: text('body'), marking: text('mark') || null, retry_key: text('retry_key'), files };
  const thread = text('thread_id');
  if (text('draft') === 'kept') await dropDraft(tx, subject, thread || null);
  const poll = pollOf(text);
  const posted = thread
    ? await postMessage(tx, { ...message, thread_id: thread }, { last: !poll })
    : await startThread(
        tx,
        { ...message, conversation_id: (await openConversation(tx, { subject })).id, title: title ?? text('title'), anchor: text('anchor') || null },
        { one: title !== undefined },
      );
  if (poll && !posted.repeated) await askPoll(tx, posted.id, poll);
  return posted;
}

/** Lets what the composer holds wait for its moment, with its poll. Refuses with conversations.scheduled.no_files, and as scheduling does. */
export async function scheduleForm(tx: Tx, { subject, title }: Place, text: Field, files: string[]): Promise<void> {
  // A file that was sent in waits a day; a message may wait a year.
  if (files.length) throw new Refusal('conversations.scheduled.no_files');
  const thread = text('thread_id') || null;
  await scheduleMessage(tx, {
    thread_id: thread,
    conversation_id: thread ? null : (await openConversation(tx, { subject })).id,
    title: title ?? text('title') ?? null,
    anchor: text('anchor') || null,
    poll: pollOf(text),
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
