/** Shapes of speaking as a country; the browser may import this file. */
import * as v from 'valibot';
import { BODY_LIMIT } from '#domains/conversations/model.ts';
import { type Comment, KINDS, PROPOSED_LIMIT } from '../comments/model.ts';
import { STANCES, type Stance } from '../deciding/model.ts';

const lines = v.transform((text: string) => text.replace(/\r\n?/g, '\n').trim());
const uuid = v.pipe(v.string(), v.uuid('common.not_found'));

/** How a comment made within the country is to be submitted as the country's. */
export const Point = v.pipe(
  v.object({
    id: uuid,
    take: v.boolean(),
    kind: v.picklist(KINDS, 'library.comment.kind_unknown'),
    words: v.pipe(v.string(), lines, v.maxLength(BODY_LIMIT, 'conversations.message.too_long')),
    proposed: v.optional(v.pipe(v.string(), lines, v.maxLength(PROPOSED_LIMIT, 'library.comment.proposed_long')), ''),
  }),
  // What stays needs no words, and keeps what was typed.
  v.check(({ take, words }) => !take || words.length > 0, 'library.country.words_missing'),
);

/** The submission as it is drafted: the position and its words, and what becomes of each comment. version: that of the draft it was made from, 0 for none. */
export const Submission = v.object({
  stance: v.optional(v.nullable(v.picklist(STANCES, 'common.bad_input')), null),
  words: v.optional(v.pipe(v.string(), lines, v.maxLength(5000, 'library.procedure.words_long')), ''),
  version: v.optional(v.pipe(v.number(), v.integer()), 0),
  points: v.optional(v.pipe(v.array(Point), v.maxLength(200, 'common.bad_input')), []),
});
export type Submission = v.InferInput<typeof Submission>;

/** A country within which I read a request. */
export type Country = {
  id: string;
  code: string;
  name: string;
  /** Null until somebody commented or drafted there. */
  conversation_id: string | null;
  audience_id: number | null;
  /** How many people of its authorities read what is said there. */
  readers: number;
  lead: string | null;
  may_comment: boolean;
  may_submit: boolean;
  /** How many comments were made there. */
  comments: number;
};

export type CountryDraft = { stance: Stance | null; words: string; version: number; by: string | null; saved_at: Date };
/** What is kept for a comment, or was submitted: submitted_id is the comment of the country that everybody reads. */
export type KeptPoint = {
  id: string;
  take: boolean;
  kind: Comment['kind'];
  words: string;
  proposed: string;
  submitted_id: string | null;
  submitted_at: Date | null;
  submitted_by: string | null;
};
