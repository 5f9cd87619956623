/** Shapes and pure rules of talk; the browser may import this file. */
import * as v from 'valibot';

export const BODY_LIMIT = 20_000;
export const TITLE_LIMIT = 200;
/** How many messages a page of a thread shows. */
export const PAGE_SIZE = 50;
/** TLP 2.0, from the freest up. The table marking_outlets says what each means; this is only their order. */
export const LABELS = ['TLP:CLEAR', 'TLP:GREEN', 'TLP:AMBER', 'TLP:AMBER+STRICT', 'TLP:RED'] as const;
export const SUBJECT_KINDS = ['channel', 'page', 'control', 'change_request', 'direct'] as const;

export type Label = (typeof LABELS)[number];
export type SubjectKind = (typeof SUBJECT_KINDS)[number];
export type Level = (typeof LEVELS)[number];
/** What a conversation is about. The room sees no more of it than this. within: the country whose authorities talk about it among themselves; none: everybody who reads it. */
export type Subject = { kind: SubjectKind; id: string; within?: string | null | undefined };

const id = v.pipe(v.string(), v.uuid('common.not_found'));
const retryKey = v.pipe(v.string(), v.uuid('conversations.message.retry_key'));
// Browsers send forms with CRLF and scripts send LF: the same words must be the same post.
const lines = v.transform((text: string) =>
  text
    .replace(/\r\n?/g, '\n')
    .replace(/^\s*\n/, '')
    .trimEnd(),
);
const body = v.pipe(
  v.string('conversations.message.empty'),
  lines,
  v.minLength(1, 'conversations.message.empty'),
  v.maxLength(BODY_LIMIT, 'conversations.message.too_long'),
);
const title = v.pipe(
  v.string('conversations.thread.untitled'),
  v.transform((text: string) => text.replace(/\s+/g, ' ').trim()),
  v.minLength(1, 'conversations.thread.untitled'),
  v.maxLength(TITLE_LIMIT, 'conversations.thread.title_too_long'),
);
/** Files of mine that were sent in before, by id, in the order in which they stand. */
const files = v.optional(v.pipe(v.array(v.pipe(v.string(), v.uuid('files.upload.not_found'))), v.maxLength(10, 'files.attachment.too_many')));
const marking = v.nullish(v.picklist(LABELS, 'conversations.message.unknown_label'), null);

export const PostMessage = v.object({ thread_id: id, body, marking, retry_key: retryKey, files });
export const StartThread = v.object({
  conversation_id: id,
  title,
  anchor: v.nullish(v.pipe(v.string(), v.maxLength(64)), null),
  body,
  marking,
  retry_key: retryKey,
  files,
});
export const EditMessage = v.object({ id, body, marking: v.optional(v.nullable(v.picklist(LABELS, 'conversations.message.unknown_label'))) });
/** What the screen offers. Any other single emoji is taken too: programs and importers bring theirs. */
export const REACTIONS = ['👍', '👎', '✅', '👀', '🙏', '❤️', '🎉', '❓'] as const;
export const React = v.object({
  id: v.pipe(v.string(), v.uuid('conversations.message.not_found')),
  emoji: v.pipe(
    v.string('conversations.message.unknown_emoji'),
    v.maxLength(16, 'conversations.message.unknown_emoji'),
    v.regex(/^\p{RGI_Emoji}$/v, 'conversations.message.unknown_emoji'),
  ),
  on: v.boolean(),
});
export const RenameThread = v.object({ id, title });
/** What one wants to be told of a conversation. */
export const LEVELS = ['nothing', 'mentions', 'everything'] as const;
export const FOLLOWS = ['followed', 'muted'] as const;
/** How one looks at a conversation. */
export const VIEWS = ['threads', 'timeline'] as const;
export const Involve = v.object({
  conversation_id: id,
  level: v.optional(v.picklist(LEVELS)),
  joined: v.optional(v.boolean()),
  view: v.optional(v.picklist(VIEWS)),
});
/** gaining: how many new readers the mover was told of; the move is refused when it is another number by now. */
export const MoveThread = v.object({ id, conversation_id: id, gaining: v.pipe(v.number(), v.integer(), v.minValue(0)) });
export const FollowThread = v.object({ id, state: v.nullable(v.picklist(FOLLOWS)) });
export const OpenConversation = v.object({
  subject: v.object({ kind: v.picklist(SUBJECT_KINDS), id, within: v.nullish(id) }),
  ceiling: v.optional(v.picklist(LABELS)),
  marking: v.optional(v.nullable(v.picklist(LABELS))),
  audience_id: v.optional(v.number()),
  starters: v.optional(v.picklist(['readers', 'keepers'])),
});

export type PostMessage = v.InferOutput<typeof PostMessage>;
export type StartThread = v.InferOutput<typeof StartThread>;
export type EditMessage = v.InferOutput<typeof EditMessage>;
export type RenameThread = v.InferOutput<typeof RenameThread>;
export type OpenConversation = v.InferInput<typeof OpenConversation>;

export type Conversation = {
  id: string;
  audience_id: number;
  subject_kind: SubjectKind;
  subject_id: string;
  /** The country that talks about it among its own authorities; null where everybody who reads the subject does. */
  within_id: string | null;
  ceiling: Label;
  /** Who will read this: the label of the audience and how many members it has. */
  audience: string;
  audience_kind: string;
  readers: number;
  has_guests: boolean;
  /** The labels a message here may carry, freest first. */
  labels: Label[];
  may_talk: boolean;
  /** May I read and not write, by a moderator's decision? */
  restricted: boolean;
  /** What I want to be told of it: as I said, or the usual. */
  level: Level;
  view: (typeof VIEWS)[number];
  /** The label a message carries unless its writer chose another one. */
  marking: Label | null;
  /** Who starts threads. */
  starters: 'readers' | 'keepers';
  /** Since when nothing is written here any more. */
  closed_at: Date | null;
  may_start: boolean;
  may_keep: boolean;
};
export type Thread = {
  id: string;
  conversation_id: string;
  title: string;
  anchor: string | null;
  created_at: Date;
  resolved_at: Date | null;
  starter: string | null;
  last_number: number;
  last_at: Date | null;
  read_number: number;
  unread: number;
  voices: string[];
  more_voices: number;
  may_change: boolean;
  /** Do I follow it, or will I not hear of it? */
  following: (typeof FOLLOWS)[number] | null;
  /** Where its words went, or came from, when and by whom; ids of places that may not be mine to read. */
  moved_to: string | null;
  moved_from: string | null;
  moved_at: Date | null;
  mover: string | null;
};

/** Where all talk is one thread: the first that was made, but for those about one part or point, which have an anchor. */
export const theOne = <T extends { id: string; anchor: string | null }>(threads: T[]): T | undefined =>
  threads.filter(({ anchor }) => anchor === null).toSorted((a, b) => (a.id < b.id ? -1 : 1))[0];
export type OneThread = Thread & { may_move: boolean; changes: ThreadChange[] };
/** What somebody did to a thread as a whole, behind its message number `after`; was and became: its titles, where it was renamed. */
export type ThreadChange = {
  id: string;
  kind: 'renamed' | 'resolved' | 'reopened';
  was: string | null;
  became: string | null;
  name: string | null;
  at: string;
  after: number;
};
export type Message = {
  id: string;
  thread_id: string;
  number: number;
  byline_id: string;
  name: string | null;
  organization: string | null;
  body: string;
  marking: Label | null;
  created_at: Date;
  edited_at: Date | null;
  deleted_at: Date | null;
  /** When the retention job took the words away. */
  removed_at: Date | null;
  /** Why a moderator removed it. */
  moderated_as?: string | null;
  /** Where its words are now; its place stays, empty. */
  moved_to?: string | null;
  /** The program it was brought in from. */
  source?: 'slack' | null;
  mine: boolean;
  may_edit: boolean;
};
