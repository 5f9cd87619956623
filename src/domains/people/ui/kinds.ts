import {
  people_duty_editor,
  people_duty_moderator,
  people_duty_reviewer,
  people_duty_steward,
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
