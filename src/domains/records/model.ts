import * as v from 'valibot';

/** Kinds that carry a label have a rule for each; the others have one. */
export const LABELLED = ['message', 'direct', 'comment', 'thread', 'earlier_words'] as const;
export const UNLABELLED = [
  'event_payload',
  'audit_payload',
  'session',
  'passkey',
  'sign_in_try',
  'recovery',
  'invitation',
  'application',
  'draft',
  'file',
  'mail',
] as const;
export const LABELS = ['TLP:CLEAR', 'TLP:GREEN', 'TLP:AMBER', 'TLP:AMBER+STRICT', 'TLP:RED'] as const;
export type Kind = (typeof LABELLED)[number] | (typeof UNLABELLED)[number];

export const SCOPES = ['person', 'organization', 'conversation', 'circle', 'space', 'everything'] as const;
export type Scope = (typeof SCOPES)[number];

const reason = (most: number) => v.pipe(v.string(), v.trim(), v.minLength(1, 'records.reason.missing'), v.maxLength(most, 'records.reason.long'));
const blank = (value: unknown) => (value === '' || value === undefined ? null : value);

/** A rule as a steward wants it; no days is for good. */
export const RuleInput = v.object({
  kind: v.picklist([...LABELLED, ...UNLABELLED], 'records.rule.not_found'),
  label: v.pipe(v.unknown(), v.transform(blank), v.nullable(v.picklist(LABELS, 'records.rule.not_found'))),
  days: v.pipe(
    v.unknown(),
    v.transform((value) => (typeof value === 'string' ? (value.trim() ? Number(value) : null) : (value ?? null))),
    v.nullable(
      v.pipe(
        v.number('records.days.not_a_number'),
        v.integer('records.days.not_a_number'),
        v.minValue(1, 'records.days.not_a_number'),
        v.maxValue(36_500, 'records.days.not_a_number'),
      ),
    ),
  ),
  reason: reason(500),
});

/** What is to be held: by the last part of its address, or by its id where one cannot see it. */
export const HoldInput = v.object({
  scope: v.picklist(SCOPES, 'records.hold.scope_unknown'),
  subject: v.optional(v.pipe(v.string(), v.trim(), v.maxLength(200)), ''),
  reference: v.pipe(v.string(), v.trim(), v.minLength(1, 'records.hold.reference_missing'), v.maxLength(200, 'records.hold.reference_missing')),
  reason: reason(1000),
});
