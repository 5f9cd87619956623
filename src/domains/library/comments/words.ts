import {
  comments_accepted,
  comments_answered_by,
  comments_editorial,
  comments_general,
  comments_in_part,
  comments_not_accepted,
  comments_noted,
  comments_reopened,
  comments_said,
  comments_technical,
  comments_thread_title,
  comments_undisposed,
  comments_whole_request,
  comments_withdrawn,
} from '#paraglide/messages.js';
import type { locales } from '#paraglide/runtime.js';
import { TITLE_LIMIT } from '#domains/conversations/model.ts';
import { writeReference } from '#lib/text/references.ts';
import type { Comment, Disposition, Kind } from './model.ts';

type Locale = (typeof locales)[number];
type Word = (_?: object, options?: { locale?: Locale }) => string;
const kinds: Record<Kind, Word> = { general: comments_general, technical: comments_technical, editorial: comments_editorial };
const dispositions: Record<Disposition, Word> = {
  accepted: comments_accepted,
  in_part: comments_in_part,
  not_accepted: comments_not_accepted,
  noted: comments_noted,
  withdrawn: comments_withdrawn,
};

/** What a type of comment is called. */
export const sayKind = (kind: Kind, locale?: Locale): string => kinds[kind]({}, locale ? { locale } : {});
/** What became of a comment, in words. */
export const sayDisposition = (disposition: Disposition | null, locale?: Locale): string =>
  disposition ? dispositions[disposition]({}, locale ? { locale } : {}) : comments_undisposed();

/** The title of the thread that is a comment. */
export function sayTitle(kind: Kind, place: string): string {
  const title = comments_thread_title({ kind: sayKind(kind), place });
  return title.length > TITLE_LIMIT ? `${title.slice(0, TITLE_LIMIT - 1).trimEnd()}…` : title;
}

/** What is said in the thread when a comment is disposed of: the words of whoever does it. */
export function sayAnswer(disposition: Disposition | null, reason: string, request: { id: string; number: number } | null): string {
  const said = disposition ? comments_said({ disposition: sayDisposition(disposition) }) : comments_reopened();
  return [said, reason, request && `${comments_answered_by({ number: request.number })} ${writeReference({ kind: 'change', id: request.id })}`]
    .filter(Boolean)
    .join('\n\n');
}

/** How a disposition is marked. */
export const dispositionKind = (disposition: Disposition | null): 'plain' | 'solid' | 'yes' | 'no' =>
  disposition === null ? 'solid' : disposition === 'not_accepted' ? 'no' : disposition === 'accepted' || disposition === 'in_part' ? 'yes' : 'plain';

type Placed = Pick<Comment, 'subject_kind' | 'control_number' | 'control_title' | 'request_number' | 'request_title' | 'page_title'>;

/** What the place of a comment is called: a number or title its readers know, and the words of its block where it is one. */
export function sayPlace(comment: Placed, block: string): string {
  if (comment.subject_kind === 'control') return [comment.control_number, comment.control_title].filter(Boolean).join(' ');
  if (comment.subject_kind === 'change_request') return `${comments_whole_request({ number: comment.request_number ?? 0 })}: ${comment.request_title ?? ''}`;
  return block ? `${comment.page_title ?? ''}: ${block}` : (comment.page_title ?? '');
}
