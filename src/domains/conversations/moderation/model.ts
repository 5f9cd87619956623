/** Reports and decisions: shapes and pure rules; the browser may import this file. */
import * as v from 'valibot';

export const REASONS = ['rules', 'label', 'insult', 'personal', 'spam', 'other'] as const;
export type Reason = (typeof REASONS)[number];
export type Outcome = 'dismissed' | 'removed' | 'restricted';

const id = v.pipe(v.string('common.not_found'), v.uuid('common.not_found'));
const said = v.optional(v.pipe(v.string(), v.trim(), v.maxLength(2000, 'conversations.moderation.too_long')), '');
const reason = v.picklist(REASONS, 'conversations.moderation.no_reason');

export const Report = v.object({
  message_id: v.pipe(v.string(), v.uuid('conversations.message.not_found')),
  reason,
  words: said,
  hand_over: v.optional(v.boolean(), false),
});
export const Remove = v.object({ message_id: v.pipe(v.string(), v.uuid('conversations.message.not_found')), reason, words: said });
/** conversation_id: null = everywhere in the hub. until: a moment, or a number of days from now. */
export const Restrict = v.object({
  byline_id: v.pipe(v.string('conversations.restriction.nobody'), v.uuid('conversations.restriction.nobody')),
  conversation_id: v.nullable(id),
  reason,
  words: said,
  days: v.pipe(
    v.number('conversations.restriction.until'),
    v.integer('conversations.restriction.until'),
    v.minValue(1, 'conversations.restriction.until'),
    v.maxValue(365, 'conversations.restriction.until'),
  ),
  report_id: v.optional(v.nullable(id), null),
});
export const Settle = v.object({ id, words: said });
export const Answer = v.object({
  id,
  answer: v.pipe(
    v.string('conversations.moderation.no_answer'),
    v.trim(),
    v.minLength(1, 'conversations.moderation.no_answer'),
    v.maxLength(2000, 'conversations.moderation.too_long'),
  ),
});

/** An open report, as whoever decides about it sees it. Of what was handed over there is no place. */
export type WaitingReport = {
  id: string;
  message_id: string;
  conversation_id: string | null;
  subject_id: string | null;
  subject_kind: string;
  author_id: string;
  author: string;
  reporter: string;
  reason: Reason;
  words: string;
  handed: boolean;
  said: string | null;
  marking: string | null;
  gone: boolean;
  at: Date;
};
/** A decision, as whoever may settle it sees it. */
export type Decision = {
  id: string;
  kind: 'removed' | 'restricted';
  message_id: string | null;
  subject_id: string | null;
  subject_kind: string | null;
  who: string;
  moderator: string;
  mine: boolean;
  handed: boolean;
  reason: Reason;
  words: string;
  at: Date;
  ends_at: Date | null;
  answer: string | null;
  answered_at: Date | null;
  settled_at: Date | null;
  settled_by: string | null;
  settled_words: string | null;
  undone: boolean;
  said: string | null;
  may_restore: boolean;
};
/** A decision about me. */
export type AboutMe = {
  id: string;
  kind: 'removed' | 'restricted';
  message_id: string | null;
  conversation_id: string | null;
  subject_id: string | null;
  moderator: string | null;
  reason: Reason;
  words: string;
  at: Date;
  ends_at: Date | null;
  answer: string | null;
  settled_at: Date | null;
  settled_words: string | null;
  undone: boolean;
  said: string | null;
  may_answer: boolean;
};
/** A report of mine. */
export type MyReport = {
  id: string;
  message_id: string;
  reason: Reason;
  words: string;
  handed: boolean;
  created_at: Date;
  closed_at: Date | null;
  outcome: Outcome | null;
};
/** What becomes of a report of this message before it is made. */
export type Goes = { handed: boolean; words: boolean; refusal: string | null };
