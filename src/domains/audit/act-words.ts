import {
  audit_act_expel_organization,
  audit_act_give_duty,
  audit_act_lift_discuss,
  audit_act_lift_hold,
  audit_act_loosen_rules,
  audit_act_loosen_setting,
  audit_act_open_pseudonym,
  audit_act_pseudonymise,
  audit_act_shorten_checklist,
  audit_act_shorten_retention,
  audit_act_take_duty,
} from '#paraglide/messages.js';

const kinds: Record<string, () => string> = {
  give_duty: audit_act_give_duty,
  take_duty: audit_act_take_duty,
  pseudonymise: audit_act_pseudonymise,
  lift_hold: audit_act_lift_hold,
  lift_discuss: audit_act_lift_discuss,
  loosen_rules: audit_act_loosen_rules,
  loosen_setting: audit_act_loosen_setting,
  shorten_checklist: audit_act_shorten_checklist,
  shorten_retention: audit_act_shorten_retention,
  open_pseudonym: audit_act_open_pseudonym,
  expel_organization: audit_act_expel_organization,
};

/** What an act of two brings about, as a clause; its name where there are no words for it. */
export const actClause = (kind: unknown): string => kinds[String(kind)]?.() ?? String(kind ?? '').replaceAll('_', ' ');
