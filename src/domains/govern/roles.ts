import { dutyName } from '#domains/people/ui/kinds.ts';
import {
  govern_role_guest,
  govern_role_visitor,
  govern_right_accept_letter,
  govern_right_act_on_members,
  govern_right_expel_organization,
  govern_right_open_pseudonym,
  govern_right_see_health,
  govern_right_vet,
  govern_right_admit_sso,
  govern_right_change_channel,
  govern_right_change_retention,
  govern_right_hold,
  govern_right_confirm_recovery,
  govern_right_confirm_recovery_alone,
  govern_right_decide,
  govern_right_delegate,
  govern_right_give_duty,
  govern_right_invite,
  govern_right_keep_on_call,
  govern_right_invite_focal_point,
  govern_right_loosen,
  govern_right_make_circle,
  govern_right_open_channel,
  govern_right_open_public_channel,
  govern_right_propose,
  govern_right_propose_duty,
  govern_right_confirm_members,
  govern_right_prove_domain,
  govern_right_publish_terms,
  govern_right_read_log_all,
  govern_right_read_log_own,
  govern_right_read_log_people,
  govern_right_read_members,
  govern_right_read_public,
  govern_right_register_organization,
  govern_right_rule_circle,
  govern_right_see_people,
  govern_right_set_hub,
  govern_right_connect_sso,
  govern_right_sign_in_policy,
  govern_right_take_records,
  govern_right_talk_circle,
  govern_right_talk_members,
} from '#paraglide/messages.js';

/** The columns of the page of roles; whoever holds a duty is a member too. */
export const ROLES = ['visitor', 'guest', 'member', 'focal_point', 'editor', 'reviewer', 'moderator', 'steward', 'trustee'] as const;
export type Role = (typeof ROLES)[number];
/** Does a role have a right that these hold? */
export const holds = (role: Role, holders: readonly string[]): boolean =>
  holders.includes(role) || (role !== 'visitor' && role !== 'guest' && holders.includes('member'));

const others: Partial<Record<Role, () => string>> = { visitor: govern_role_visitor, guest: govern_role_guest };
export const roleName = (role: Role): string => others[role]?.() ?? dutyName(role);

const rights: Record<string, () => string> = {
  read_public: govern_right_read_public,
  read_members: govern_right_read_members,
  see_people: govern_right_see_people,
  talk_circle: govern_right_talk_circle,
  talk_members: govern_right_talk_members,
  propose: govern_right_propose,
  open_channel: govern_right_open_channel,
  read_log_own: govern_right_read_log_own,
  read_log_people: govern_right_read_log_people,
  invite: govern_right_invite,
  act_on_members: govern_right_act_on_members,
  sign_in_policy: govern_right_sign_in_policy,
  connect_sso: govern_right_connect_sso,
  admit_sso: govern_right_admit_sso,
  confirm_recovery: govern_right_confirm_recovery,
  take_records: govern_right_take_records,
  confirm_members: govern_right_confirm_members,
  prove_domain: govern_right_prove_domain,
  decide: govern_right_decide,
  change_channel: govern_right_change_channel,
  open_public_channel: govern_right_open_public_channel,
  register_organization: govern_right_register_organization,
  invite_focal_point: govern_right_invite_focal_point,
  confirm_recovery_alone: govern_right_confirm_recovery_alone,
  accept_letter: govern_right_accept_letter,
  make_circle: govern_right_make_circle,
  give_duty: govern_right_give_duty,
  propose_duty: govern_right_propose_duty,
  set_hub: govern_right_set_hub,
  loosen: govern_right_loosen,
  hold: govern_right_hold,
  change_retention: govern_right_change_retention,
  publish_terms: govern_right_publish_terms,
  rule_circle: govern_right_rule_circle,
  vet: govern_right_vet,
  see_health: govern_right_see_health,
  open_pseudonym: govern_right_open_pseudonym,
  expel_organization: govern_right_expel_organization,
  delegate: govern_right_delegate,
  keep_on_call: govern_right_keep_on_call,
  read_log_all: govern_right_read_log_all,
};
/** A right in plain words; one without words of its own is said as the policy says it. */
export const rightText = (key: string, said: string): string => rights[key]?.() ?? said;
/** The rights that have words. */
export const SAID: readonly string[] = Object.keys(rights);
