import { renderMessage } from '#lib/text/render-message.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { showFiles } from './attach-files.server.ts';
import { fillChips } from './chips.server.ts';
import { unseenMentions } from './mentions.server.ts';
import { type Acts, listActs, listNamingMe } from './message-acts.server.ts';
import type { Message } from './model.ts';
import { reasonName } from './moderation/words.ts';
import { listPolls, type Poll, withMine } from './polls.server.ts';

export type MessageView = Omit<Message, 'body' | 'created_at' | 'edited_at' | 'deleted_at' | 'removed_at' | 'moved_to' | 'moderated_as'> & {
  html: string;
  at: string;
  edited: boolean;
  gone: boolean;
  removed: boolean;
  /** Why a moderator removed it, in words. */
  moderated: string | null;
  body?: string;
  acts: Acts;
  poll: Poll | null;
  /** It names me, a body or circle of mine, or the whole channel. */
  names_me: boolean;
  /** Of my own: whom it names who will not see it, as far as I may know. */
  unseen: { name: string; some: boolean }[];
};

const NO_ACTS: Acts = { reactions: [], pinned: false };

/** Messages as one reader sees them: with references filled, reactions, and whom a message of their own names in vain. */
export async function viewMessages<M extends Message>(
  tx: Tx,
  found: M[],
  { edit, audience, me }: { edit?: string | null | undefined; audience?: number | undefined; me: string | null },
): Promise<Array<MessageView & Omit<M, keyof Message>>> {
  const ids = found.map(({ id }) => id);
  const [acts, naming] = [await listActs(tx, ids), me ? await listNamingMe(tx, ids) : new Set<string>()];
  const polls = await withMine(tx, await listPolls(tx, ids));
  const own = found.filter(({ mine, body }) => mine && body.includes('@['));
  const unseen = own.length && audience ? await unseenMentions(tx, audience, own) : [];
  const views = found.map((message) => ({
    ...messageView(message, message.may_edit && message.id === edit),
    acts: acts.get(message.id) ?? NO_ACTS,
    poll: polls.get(message.id) ?? null,
    names_me: naming.has(message.id) && !message.mine,
    unseen: unseen.filter(({ message_id }) => message_id === message.id),
  }));
  const filled = await fillChips(
    tx,
    views.map(({ html }) => html),
  );
  const shown = await showFiles(
    tx,
    views.map((view, i) => ({ ...view, html: filled[i] ?? '' })),
  );
  return shown as unknown as Array<MessageView & Omit<M, keyof Message>>;
}

/** A message as a page or a frame shows it. Its source is given only where it is about to be changed. */
export function messageView(message: Message, source = false): MessageView {
  const { body, created_at, edited_at, deleted_at, removed_at, moderated_as, moved_to: _, ...rest } = message;
  return {
    ...rest,
    html: deleted_at ? '' : renderMessage(body),
    at: created_at.toISOString(),
    edited: edited_at !== null && deleted_at === null,
    gone: deleted_at !== null,
    removed: removed_at !== null,
    moderated: moderated_as && !removed_at ? reasonName(moderated_as) : null,
    acts: NO_ACTS,
    poll: null,
    names_me: false,
    unseen: [],
    ...(source ? { body } : {}),
  };
}
