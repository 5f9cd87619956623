import {
  common_stands_in,
  circles_told_came,
  circles_told_changed,
  circles_told_runner,
  circles_told_somebody_came,
  circles_told_somebody_runs,
  circles_told_somebody_went,
  circles_told_unrunner,
  circles_told_went,
  people_circle_told_joined,
  people_circle_told_left,
  people_circle_told_made,
  people_duties_told_given,
  people_duties_told_taken_back,
  people_duty_editor,
  people_duty_editor_text,
  people_duty_moderator,
  people_duty_moderator_text,
  people_duty_reviewer,
  people_duty_reviewer_text,
  people_duty_steward,
  people_duty_steward_text,
  people_duty_trustee,
  people_duty_trustee_text,
  people_kind_central_bank,
  people_kind_cyber_agency,
  people_kind_expert,
  people_kind_operator,
  people_kind_provider,
  people_kind_regional_body,
  people_kind_regulator,
  people_kind_secretariat,
  people_kind_supervisor,
  people_role_focal_point,
  people_role_member,
  people_told_nobody,
} from '#paraglide/messages.js';

const kinds: Record<string, () => string> = {
  regulator: people_kind_regulator,
  'central-bank': people_kind_central_bank,
  supervisor: people_kind_supervisor,
  'cyber-agency': people_kind_cyber_agency,
  provider: people_kind_provider,
  operator: people_kind_operator,
  'regional-body': people_kind_regional_body,
  expert: people_kind_expert,
  secretariat: people_kind_secretariat,
};
const duties: Record<string, () => string> = {
  steward: people_duty_steward,
  trustee: people_duty_trustee,
  editor: people_duty_editor,
  reviewer: people_duty_reviewer,
  moderator: people_duty_moderator,
  focal_point: people_role_focal_point,
  member: people_role_member,
};

/** The kind of an organization in a word. */
export const kindName = (kind: string): string => kinds[kind]?.() ?? kind;
/** A role in an organization or a duty in the hub, in a word. */
export const dutyName = (duty: string): string => duties[duty]?.() ?? duty;

const texts: Record<string, () => string> = {
  steward: people_duty_steward_text,
  trustee: people_duty_trustee_text,
  editor: people_duty_editor_text,
  reviewer: people_duty_reviewer_text,
  moderator: people_duty_moderator_text,
};
/** What a duty lets one do, in a sentence. */
export const dutyText = (duty: string): string => texts[duty]?.() ?? '';

export type ToldRow = { id: string; kind: string; by: string | null; duty: string | null; whom: string | null; at: Date };
/** Who did it, and for whom they stood in. */
export function toldBy({ by, stood_in_for }: { by: string | null; stood_in_for: string | null }): string {
  return by && stood_in_for ? common_stands_in({ by, name: stood_in_for }) : (by ?? people_told_nobody());
}
/** One act on a duty or a circle, as a sentence. */
export function toldText({ kind, by, duty, whom }: ToldRow): string {
  const words = { by: by ?? people_told_nobody(), duty: dutyName(duty ?? ''), name: whom ?? people_told_nobody() };
  if (kind === 'member.duty_given') return people_duties_told_given(words);
  if (kind === 'member.duty_taken_back') return people_duties_told_taken_back(words);
  return circleTold(kind, words, whom !== null, by === whom);
}

// Where members do not see each other the event names nobody.
function circleTold(kind: string, words: { by: string; name: string }, named: boolean, oneself: boolean): string {
  switch (kind) {
    case 'circle.joined':
      return !named ? circles_told_somebody_came() : oneself ? circles_told_came(words) : people_circle_told_joined(words);
    case 'circle.left':
      return !named ? circles_told_somebody_went() : oneself ? circles_told_went(words) : people_circle_told_left(words);
    case 'circle.runner_given':
      return named ? circles_told_runner(words) : circles_told_somebody_runs();
    case 'circle.runner_taken_back':
      return named ? circles_told_unrunner(words) : circles_told_somebody_runs();
    case 'circle.changed':
      return circles_told_changed(words);
    default:
      return people_circle_told_made(words);
  }
}
