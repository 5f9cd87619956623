import * as v from 'valibot';

/** Why somebody acts, as others will read it. */
export const Reason = v.pipe(v.string(), v.trim(), v.minLength(1, 'govern.act.reason_missing'), v.maxLength(500, 'govern.act.reason_long'));
const Kind = v.pipe(v.string(), v.regex(/^[a-z_]{3,40}$/, 'govern.act.not_found'));
const Id = v.pipe(v.string(), v.uuid('govern.act.not_found'));

/** A kind of act, whom or what it is about, the rest of what exactly, and why. */
export const ProposalInput = v.object({
  kind: Kind,
  subject: Id,
  content: v.optional(v.record(v.string(), v.union([v.string(), v.number(), v.boolean()])), {}),
  reason: Reason,
});
/** The act, and the hash of what the second person read. */
export const ConfirmationInput = v.object({ id: Id, hash: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'govern.act.changed')) });
/** Withdrawing needs no reason, declining does: the database knows which it is. */
export const EndingInput = v.object({ id: Id, reason: v.optional(v.pipe(v.string(), v.trim(), v.maxLength(500, 'govern.act.reason_long')), '') });

/** What both people read of an act. */
export type Facts = Record<string, unknown>;
export type ActState = 'open' | 'lapsed' | 'done' | 'declined' | 'withdrawn';

/** The documents that members accept, by the address part of each. */
export const AGREEMENTS = ['terms', 'sharing'] as const;
export const AgreementInput = v.object({
  document: v.picklist(AGREEMENTS, 'govern.agreement.not_found'),
  title: v.pipe(v.string(), v.trim(), v.minLength(1, 'govern.agreement.title_missing'), v.maxLength(120, 'govern.agreement.title_long')),
  body: v.pipe(v.string(), v.trim(), v.minLength(1, 'govern.agreement.body_missing'), v.maxLength(60_000, 'govern.agreement.body_long')),
  changes: v.pipe(v.string(), v.trim(), v.minLength(1, 'govern.agreement.changes_missing'), v.maxLength(1000, 'govern.agreement.changes_long')),
});
export const AcceptInput = v.object({ version: v.pipe(v.string(), v.uuid('govern.agreement.not_found')) });

/** Duties that are handed over while away; steward and trustee never are. */
export const DELEGABLE = ['focal_point', 'editor', 'reviewer', 'moderator'] as const;
const day = v.pipe(v.string(), v.isoDate('govern.delegation.days'));
/** A duty of one's own (of which organization, where it is a focal point's), the colleague's slug, first and last day in one's own time zone, and why. */
export const DelegationInput = v.object({
  duty: v.picklist(DELEGABLE, 'govern.delegation.not_found'),
  organization: v.optional(v.pipe(v.string(), v.maxLength(80)), ''),
  to: v.pipe(v.string(), v.maxLength(80)),
  from_day: day,
  until_day: day,
  reason: v.pipe(v.string(), v.trim(), v.minLength(1, 'govern.delegation.reason_missing'), v.maxLength(500, 'govern.delegation.reason_long')),
});
export const RevokeInput = v.object({ id: v.pipe(v.string(), v.uuid('govern.delegation.not_found')) });
