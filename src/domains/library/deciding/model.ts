/** Shapes of deciding; the browser may import this file. */
import * as v from 'valibot';

export const NATURES = ['editorial', 'substantive'] as const;
export type Nature = (typeof NATURES)[number];
export const PRESETS = ['none', 'quick', 'formal'] as const;
export const APPROVERS = ['editor', 'steward', 'focal_point'] as const;

const days = (most: number) => v.pipe(v.number(), v.integer('library.rules.days'), v.minValue(1, 'library.rules.days'), v.maxValue(most, 'library.rules.days'));
/** What merging in a space asks for; days are whole days of the clock. */
export const Rules = v.object({
  preset: v.picklist(PRESETS, 'common.bad_input'),
  approvals: v.pipe(v.number(), v.integer('library.rules.approvals'), v.minValue(0, 'library.rules.approvals'), v.maxValue(9, 'library.rules.approvals')),
  approvers: v.pipe(v.array(v.picklist(APPROVERS)), v.minLength(1, 'library.rules.approvers')),
  up_to_date: v.boolean(),
  last_call_days: days(90),
  consultation_days: days(180),
  position_days: days(90),
});
export type Rules = v.InferOutput<typeof Rules>;
export const SetRules = v.object({ rules: Rules, reason: v.optional(v.pipe(v.string(), v.trim(), v.maxLength(500, 'govern.act.reason_long')), '') });

export const Words = v.optional(v.pipe(v.string(), v.trim(), v.maxLength(2000, 'library.procedure.words_long')), '');
/** More days, and why. */
export const Extension = v.object({
  days: v.pipe(
    v.number('library.procedure.days'),
    v.integer('library.procedure.days'),
    v.minValue(1, 'library.procedure.days'),
    v.maxValue(90, 'library.procedure.days'),
  ),
  reason: Words,
});

export const STANCES = ['support', 'no_objection', 'abstain', 'discuss'] as const;
export type Stance = (typeof STANCES)[number];
/** What a jurisdiction says; a discuss says what would resolve it. */
export const Position = v.object({
  jurisdiction_id: v.pipe(v.string(), v.uuid('library.position.not_yours')),
  stance: v.picklist(STANCES, 'common.bad_input'),
  words: v.optional(v.pipe(v.string(), v.trim(), v.maxLength(5000, 'library.procedure.words_long')), ''),
});

/** One thing that the rules of the space still ask of a request. */
export type Missing =
  | { what: 'up_to_date' | 'comments'; count: number }
  | { what: 'approvals'; have: number; need: number; from: string[] }
  | { what: 'last_call' | 'consultation' | 'positions' | 'reworded' }
  | { what: 'last_call_runs' | 'consultation_runs' | 'positions_run'; until: string }
  | { what: 'discuss'; who: string[] };

export type Step = { kind: string; at: Date; by: string | null; for: string | null; words: string; data: Record<string, string> };
export type Procedure = {
  id: string;
  kind: 'last_call' | 'consultation';
  phase: 'comments' | 'resolving' | 'positions' | 'over';
  until: Date | null;
  opened_at: Date;
};
