import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { writeReference } from '#lib/text/references.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { readableReferences } from './chips.server.ts';
import { markRead } from './mark-read.server.ts';
import { type Conversation, type Label, type OneThread, PAGE_SIZE, type Subject, theOne, type Thread } from './model.ts';
import { findConversationFor, findCursor, findThread, listMessages, listMovedFrom, listThreads } from './queries.server.ts';
import { findDraft, type KeptDraft } from './drafts.server.ts';
import { findRestriction, type Restriction } from './moderation/queries.server.ts';
import { listPins, type Pin } from './message-acts.server.ts';
import { type MessageView, viewMessages } from './message-view.server.ts';

export type ConversationView = {
  subject: Subject;
  /** Null until somebody speaks: posting opens it. */
  conversation: Conversation | null;
  may_talk: boolean;
  may_start: boolean;
  /** Until when and why I read here and do not write, by a moderator's decision. */
  restriction: Restriction | null;
  /** Who reads what is said here, once it is said: an audience of the asker's, or null. */
  read_by: number | null;
  labels: Label[];
  threads: Thread[];
  thread: OneThread | null;
  messages: MessageView[];
  /** The number to give as `before` for the page of messages before this one. */
  earlier: number | null;
  /** The newest message is on this page. */
  latest: boolean;
  /** Where it is not: the number to give as `before` for the page after this one, null when that is the last. */
  later: number | null;
  /** Where the new ones begin: how many, the first of them, and the moment up to which I had read. */
  since: { count: number; from: number; at: string | null; zone: string | null; number: number } | null;
  /** By the id of a message, the one it had where it was moved from: its permalinks from then lead here. */
  was: Record<string, string>;
  /** My message that I am about to change. */
  editing: MessageView | null;
  /** What the form begins with: a quotation, or what was kept as a draft. */
  begun: string;
  draft: KeptDraft | null;
  /** What the conversation keeps at hand. */
  pins: Pin[];
  /** My byline, for telling my reactions from others'. */
  my_byline: string | null;
  /** One key for each form on the page, so that a form sent twice posts once. */
  retry_key: string;
  as_of: string;
  /** Where the live stream goes on from what this page shows. */
  cursor: string;
  /** Show one thread and no list: for a change request, say. */
  single: boolean;
};
export type LoadOptions = {
  thread?: string | null;
  before?: string | number | null;
  since?: string | number | null;
  edit?: string | null;
  /** A message to answer by quoting it. */
  quote?: string | null;
  /** All talk about this subject is one thread, which the first message starts. */
  single?: boolean;
  /** False when a program reads ahead: then nothing counts as seen. */
  seen?: boolean;
};

/** What a page shows of the conversation about a subject, read with one reader's eyes; showing the end of a thread marks it read. */
export async function loadConversation(tx: Tx, subject: Subject, options: LoadOptions = {}): Promise<ConversationView> {
  const cursor = await findCursor(tx);
  const conversation = (await findConversationFor(tx, subject)) ?? null;
  const threads = conversation ? await listThreads(tx, conversation.id) : [];
  const view: ConversationView = {
    subject,
    conversation,
    threads,
    thread: null,
    messages: [],
    earlier: null,
    latest: true,
    later: null,
    restriction: conversation?.restricted ? ((await findRestriction(tx, conversation.id)) ?? null) : null,
    since: null,
    was: {},
    editing: null,
    begun: options.quote && isUuid(options.quote) ? `${await readableReferences(tx, writeReference({ kind: 'quote', id: options.quote }))}\n\n` : '',
    draft: null,
    pins: conversation ? await listPins(tx, conversation.id) : [],
    my_byline: conversation ? await myByline(tx) : null,
    single: options.single ?? false,
    ...(conversation
      ? { may_talk: conversation.may_talk, may_start: conversation.may_start, read_by: conversation.audience_id, labels: conversation.labels }
      : await unopened(tx, subject)),
    retry_key: randomUUID(),
    cursor,
    as_of: new Date().toISOString(),
  };
  const wanted = options.thread ?? (options.single ? theOne(threads)?.id : undefined);
  const thread = conversation && wanted && isUuid(wanted) ? await findThread(tx, wanted) : undefined;
  if (thread && conversation && thread.conversation_id === conversation.id) await fill(tx, view, thread, options);
  if (view.may_talk) {
    view.draft = (await findDraft(tx, subject, view.thread?.id ?? null)) ?? null;
    view.begun += await readableReferences(tx, view.draft?.body ?? '');
  }
  return view;
}

/** Does somebody look at what is asked for? A browser that reads ahead does not, nor a window in the background that keeps itself up to date. */
export const isSeen = ({ headers }: Request): boolean => !headers.has('x-unseen') && !/prefetch|prerender/.test(headers.get('sec-purpose') ?? '');

/** The address parameters a page with a conversation understands: thread, before, since, edit, quote; and whether somebody sees it. */
export function optionsOf(url: URL, request: Request): Pick<LoadOptions, 'thread' | 'before' | 'since' | 'edit' | 'quote' | 'seen'> {
  const at = (name: string) => url.searchParams.get(name);
  return { thread: at('thread'), before: at('before'), since: at('since'), edit: at('edit'), quote: at('quote'), seen: isSeen(request) };
}

async function fill(tx: Tx, view: ConversationView, thread: OneThread, options: LoadOptions): Promise<void> {
  const read = whole(options.since) ?? thread.read_number;
  // More is new than a page holds: it goes on where I stopped, and nothing counts as read that was never shown.
  const behind = options.seen !== false && !options.before && thread.unread > 0 && thread.last_number - read > PAGE_SIZE;
  const before = behind ? Math.max(read - 2, 0) + PAGE_SIZE + 1 : whole(options.before);
  const found = await listMessages(tx, thread.id, { before, limit: PAGE_SIZE });
  view.thread = thread;
  view.messages = await viewMessages(tx, found, { edit: options.edit, audience: view.conversation?.audience_id, me: view.my_byline });
  if (thread.moved_from) view.was = await listMovedFrom(tx, thread.moved_from);
  view.editing = view.messages.find((message) => message.body !== undefined) ?? null;
  if (view.editing) view.editing.body = await readableReferences(tx, view.editing.body ?? '');
  view.earlier = found[0] && found[0].number > 1 ? found[0].number : null;
  view.latest = !before || (found.at(-1)?.number ?? 0) >= thread.last_number;
  const next = (found.at(-1)?.number ?? 0) + PAGE_SIZE + 1;
  view.later = view.latest || next > thread.last_number ? null : next;
  const fresh = found.filter((message) => message.number > read && !message.mine).length;
  if (read > 0 && fresh > 0 && (view.latest || behind)) {
    view.since = {
      count: Math.max(fresh, thread.last_number - Math.max(read, (found[0]?.number ?? 1) - 1)),
      from: found.find((message) => message.number > read)?.number ?? 1,
      ...(await momentOf(tx, thread.id, read)),
      number: read,
    };
  }
  const shown = found.at(-1)?.number ?? 0;
  const goesOn = (found[0]?.number ?? 1) <= thread.read_number + 1 && shown > thread.read_number;
  if ((view.latest || goesOn) && options.seen !== false && thread.unread > 0 && (view.may_talk || (await signedIn(tx))))
    await markRead(tx, { thread_id: thread.id, number: view.latest ? thread.last_number : shown });
}

type Unopened = Pick<ConversationView, 'may_talk' | 'may_start' | 'read_by' | 'labels'>;
async function unopened(tx: Tx, subject: Subject): Promise<Unopened> {
  if (!(await signedIn(tx))) return { may_talk: false, may_start: false, read_by: null, labels: [] };
  const { rows } = await sql<Unopened>`
		select coalesce(app.may_talk(a), false) as may_talk, coalesce(app.may_talk(a), false) as may_start, a as read_by, array(select label from app.marking_outlets where rank <= app.marking_rank('TLP:GREEN') and app.marking_admits(label, a) order by rank) as labels
		from app.talk_audience(${subject.kind}, ${subject.id}) a`.execute(tx);
  return rows[0] ?? { may_talk: false, may_start: false, read_by: null, labels: [] };
}

async function myByline(tx: Tx): Promise<string | null> {
  const { rows } = await sql<{ id: string }>`select id from app.bylines where kind = 'person' and id in (select app.my_bylines())`.execute(tx);
  return rows[0]?.id ?? null;
}

async function signedIn(tx: Tx): Promise<boolean> {
  const { rows } = await sql<{ yes: boolean }>`select app.me() is not null as yes`.execute(tx);
  return rows[0]?.yes ?? false;
}

async function momentOf(tx: Tx, threadId: string, number: number): Promise<{ at: string | null; zone: string | null }> {
  const { rows } = await sql<{ created_at: Date; zone: string | null }>`with t as (select id, audience_id from app.threads where id = ${threadId})
		select created_at, (select time_zone from app.my_settings()) as zone from app.messages where thread_id = (select id from t) and audience_id = (select audience_id from t) and thread_number = ${number}`.execute(
    tx,
  );
  return { at: rows[0]?.created_at.toISOString() ?? null, zone: rows[0]?.zone ?? null };
}

function whole(value: string | number | null | undefined): number | undefined {
  const n = Number(value);
  return value !== null && value !== undefined && value !== '' && Number.isInteger(n) && n >= 0 && n < 2_147_483_647 ? n : undefined;
}

function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}
