/** Shapes and pure rules of comments on a text; the browser may import this file. */
import * as v from 'valibot';

/** General, technical, editorial: what standards bodies write as ge, te, ed. */
export const KINDS = ['general', 'technical', 'editorial'] as const;
export type Kind = (typeof KINDS)[number];
/** What becomes of a comment; withdrawn is said by whoever made it. */
export const DISPOSITIONS = ['accepted', 'in_part', 'not_accepted', 'noted', 'withdrawn'] as const;
export type Disposition = (typeof DISPOSITIONS)[number];
/** What those who decide may say. */
export const DECIDED = ['accepted', 'in_part', 'not_accepted', 'noted'] as const;

export const QUOTE_LIMIT = 2000;
export const PROPOSED_LIMIT = 20_000;
export const REASON_LIMIT = 4000;
/** The anchor of a thread that comments on a whole request: not the one thread where all other talk about it is. */
export const WHOLE = 'whole';

const uuid = v.pipe(v.string(), v.uuid('common.not_found'));
const lines = v.transform((text: string) => text.replace(/\r\n?/g, '\n').trim());
const short = (limit: number, code: string) => v.optional(v.pipe(v.string(), lines, v.maxLength(limit, code)), '');

export const MakeComment = v.object({
  subject: v.object({ kind: v.picklist(['page', 'control', 'change_request']), id: uuid }),
  /** The country whose authorities alone read it, on a change request; none is everybody who reads the text. */
  within: v.optional(v.nullable(uuid), null),
  /** The block it is made on; none is the whole. */
  block: v.optional(v.nullable(v.pipe(v.string(), v.regex(/^[0-9a-z]{8}$/, 'library.comment.block_unknown'))), null),
  kind: v.picklist(KINDS, 'library.comment.kind_unknown'),
  body: v.string('conversations.message.empty'),
  quote: short(QUOTE_LIMIT, 'library.comment.quote_long'),
  quote_before: v.optional(
    v.pipe(
      v.string(),
      v.transform((text) => text.slice(-64)),
    ),
    '',
  ),
  quote_after: v.optional(
    v.pipe(
      v.string(),
      v.transform((text) => text.slice(0, 64)),
    ),
    '',
  ),
  proposed: short(PROPOSED_LIMIT, 'library.comment.proposed_long'),
  marking: v.optional(v.nullable(v.string()), null),
  retry_key: v.pipe(v.string(), v.uuid('conversations.message.retry_key')),
});
export type MakeComment = v.InferInput<typeof MakeComment>;

export const DisposeComment = v.object({
  id: uuid,
  /** null opens it again. */
  disposition: v.nullable(v.picklist(DECIDED, 'library.comment.disposition_unknown')),
  reason: short(REASON_LIMIT, 'library.comment.reason_long'),
  /** The number of the request that answers it, in the same space. */
  answered_by: v.optional(v.nullable(v.pipe(v.number('library.comment.request_unknown'), v.integer('library.comment.request_unknown'))), null),
  /** The version whoever disposes had before them. */
  version: v.pipe(v.number(), v.integer()),
  retry_key: v.pipe(v.string(), v.uuid('conversations.message.retry_key')),
});
export type DisposeComment = v.InferInput<typeof DisposeComment>;

/** What only a reason explains. */
export const needsReason = (disposition: string | null): boolean => disposition === 'in_part' || disposition === 'not_accepted';

export type Comment = {
  id: string;
  kind: Kind;
  subject_kind: 'page' | 'control' | 'change_request';
  subject_id: string;
  /** The country whose authorities alone read it. */
  within_id: string | null;
  within: string | null;
  block: string | null;
  page_id: string | null;
  page_path: string | null;
  page_title: string | null;
  control_code: string | null;
  control_slug: string | null;
  control_number: string | null;
  control_title: string | null;
  request_number: number | null;
  request_title: string | null;
  byline_id: string;
  name: string | null;
  organization: string | null;
  /** A country speaks: name is the country, organization the authority that leads it. */
  country: boolean;
  mine: boolean;
  body: string;
  /** The label it carries, or the highest of its place, as wherever none is said. */
  label: string;
  created_at: Date;
  /** Its words were taken back or removed. */
  gone: boolean;
  quote: string;
  quote_before: string;
  quote_after: string;
  proposed: string;
  closed_at: Date | null;
  disposition: Disposition | null;
  disposed_at: Date | null;
  disposer: string | null;
  reason: string;
  answer_number: number | null;
  version: number;
  messages: number;
  may_dispose: boolean;
  may_close: boolean;
};

/** How the list of comments is narrowed. */
export const Filters = v.object({
  page: v.optional(v.fallback(v.pipe(v.string(), v.maxLength(200)), ''), ''),
  request: v.optional(v.fallback(v.pipe(v.string(), v.regex(/^\d{0,9}$/)), ''), ''),
  kind: v.optional(v.fallback(v.picklist(['', ...KINDS]), ''), ''),
  disposition: v.optional(v.fallback(v.picklist(['', 'none', ...DISPOSITIONS]), ''), ''),
  state: v.optional(v.fallback(v.picklist(['', 'open', 'closed']), ''), ''),
  who: v.optional(v.fallback(v.pipe(v.string(), v.maxLength(120)), ''), ''),
  /** A country, by its id: what its authorities say among themselves. None: what everybody reads. */
  within: v.optional(v.fallback(v.union([v.literal(''), v.pipe(v.string(), v.uuid())]), ''), ''),
});
export type Filters = v.InferOutput<typeof Filters>;

/** Reads how the list is narrowed; what makes no sense narrows nothing. */
export const parseFilters = (asked: Record<string, unknown>): Filters => v.parse(Filters, asked);
