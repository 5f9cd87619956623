import {
  deciding_approver_editor,
  deciding_approver_focal_point,
  deciding_approver_steward,
  deciding_missing_approvals,
  deciding_missing_comments,
  deciding_missing_consultation,
  deciding_missing_consultation_runs,
  deciding_missing_discuss,
  deciding_missing_last_call,
  deciding_missing_last_call_runs,
  deciding_missing_positions,
  deciding_missing_positions_run,
  deciding_missing_reworded,
  deciding_missing_up_to_date,
  deciding_role_editor,
  deciding_role_focal_point,
  deciding_role_steward,
  deciding_step_approval_taken_back,
  deciding_step_approved,
  deciding_stance_abstain,
  deciding_stance_discuss,
  deciding_stance_lifted,
  deciding_step_discuss_lifted,
  deciding_stance_no_objection,
  deciding_stance_support,
  deciding_step_closed_early,
  deciding_step_consultation_opened,
  deciding_step_consultation_over,
  deciding_step_discuss_cleared,
  deciding_step_extended,
  deciding_step_last_call_opened,
  deciding_step_last_call_over,
  deciding_step_position,
  deciding_step_positions_opened,
  deciding_step_resolving,
  deciding_step_reworded,
  deciding_step_to_editorial,
  deciding_step_to_substantive,
} from '#paraglide/messages.js';
import { getLocale } from '#paraglide/runtime.js';
import { endText } from '../../deciding/end-words.ts';
import type { Missing } from '../../deciding/model.ts';

const approvers: Record<string, () => string> = {
  editor: deciding_approver_editor,
  steward: deciding_approver_steward,
  focal_point: deciding_approver_focal_point,
};
export const approverName = (role: string): string => approvers[role]?.() ?? role;
const roles: Record<string, () => string> = { editor: deciding_role_editor, steward: deciding_role_steward, focal_point: deciding_role_focal_point };
export const roleName = (role: string): string => roles[role]?.() ?? role;
const stances: Record<string, () => string> = {
  support: deciding_stance_support,
  no_objection: deciding_stance_no_objection,
  abstain: deciding_stance_abstain,
  discuss: deciding_stance_discuss,
  lifted: deciding_stance_lifted,
};
export const stanceName = (stance: string): string => stances[stance]?.() ?? stance;
const list = (words: string[]) => new Intl.ListFormat(getLocale()).format(words);
const moment = (at: unknown, zone: string | undefined) => (at ? endText(new Date(String(at)), zone ?? 'UTC', getLocale()) : '');

/** What is missing, as a sentence; ends in the zone of whoever reads it. */
export function missingText(missing: Missing, zone: string | undefined): string {
  switch (missing.what) {
    case 'up_to_date':
      return deciding_missing_up_to_date({ count: missing.count });
    case 'comments':
      return deciding_missing_comments({ count: missing.count });
    case 'approvals':
      return deciding_missing_approvals({ have: missing.have, need: missing.need, from: list(missing.from.map(approverName)) });
    case 'last_call':
      return deciding_missing_last_call();
    case 'last_call_runs':
      return deciding_missing_last_call_runs({ until: moment(missing.until, zone) });
    case 'reworded':
      return deciding_missing_reworded();
    case 'consultation':
      return deciding_missing_consultation();
    case 'consultation_runs':
      return deciding_missing_consultation_runs({ until: moment(missing.until, zone) });
    case 'positions':
      return deciding_missing_positions();
    case 'positions_run':
      return deciding_missing_positions_run({ until: moment(missing.until, zone) });
    case 'discuss':
      return deciding_missing_discuss({ who: list(missing.who) });
  }
}

const steps: Record<string, (said: { name: string; until: string }) => string> = {
  last_call_opened: deciding_step_last_call_opened,
  last_call_over: deciding_step_last_call_over,
  consultation_opened: deciding_step_consultation_opened,
  consultation_over: deciding_step_consultation_over,
  resolving: deciding_step_resolving,
  positions_opened: deciding_step_positions_opened,
  extended: deciding_step_extended,
  closed_early: deciding_step_closed_early,
  reworded: deciding_step_reworded,
  approved: deciding_step_approved,
  approval_taken_back: deciding_step_approval_taken_back,
};
/** A step of a procedure, as a sentence. */
export function stepText(step: { kind: string; name: string; data: Record<string, unknown> }, zone: string | undefined): string {
  const { kind, name, data } = step;
  if (kind === 'nature_corrected') return data['nature'] === 'editorial' ? deciding_step_to_editorial({ name }) : deciding_step_to_substantive({ name });
  const said = { name, jurisdiction: String(data['jurisdiction'] ?? ''), stance: stanceName(String(data['stance'] ?? '')) };
  if (kind === 'position_given' || kind === 'discuss') return deciding_step_position(said);
  if (kind === 'discuss_lifted') return deciding_step_discuss_lifted(said);
  if (kind === 'discuss_cleared') return deciding_step_discuss_cleared(said);
  return steps[kind]?.({ name, until: moment(data['until'], zone) }) ?? '';
}
