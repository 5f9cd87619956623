import {
  sso_outcome_asked,
  sso_outcome_changed,
  sso_outcome_closed,
  sso_outcome_enter,
  sso_outcome_has_account,
  sso_outcome_linked,
  sso_outcome_no_address,
  sso_outcome_not_vouched,
  sso_outcome_other_domain,
  sso_outcome_other_needed,
  sso_outcome_other_person,
  sso_outcome_other_subject,
  sso_outcome_over,
  sso_outcome_passkey_needed,
  sso_outcome_prove_first,
  sso_outcome_proved,
  sso_outcome_refused,
  sso_outcome_stale,
  sso_outcome_taken,
  sso_outcome_tested,
  sso_outcome_unreachable,
} from '#paraglide/messages.js';
import type { Outcome } from '../model.ts';

/** What became of somebody who came back from their institution, in words. */
export const outcomeWords: Record<Outcome, () => string> = {
  enter: sso_outcome_enter,
  linked: sso_outcome_linked,
  proved: sso_outcome_proved,
  tested: sso_outcome_tested,
  asked: sso_outcome_asked,
  closed: sso_outcome_closed,
  no_address: sso_outcome_no_address,
  other_domain: sso_outcome_other_domain,
  not_vouched: sso_outcome_not_vouched,
  has_account: sso_outcome_has_account,
  taken: sso_outcome_taken,
  other_person: sso_outcome_other_person,
  other_subject: sso_outcome_other_subject,
  prove_first: sso_outcome_prove_first,
  stale: sso_outcome_stale,
  changed: sso_outcome_changed,
  refused: sso_outcome_refused,
  unreachable: sso_outcome_unreachable,
  over: sso_outcome_over,
  other_needed: sso_outcome_other_needed,
  passkey_needed: sso_outcome_passkey_needed,
};

/** Which of them are good news. */
export const isGood = (outcome: Outcome): boolean => ['enter', 'linked', 'proved', 'tested', 'asked'].includes(outcome);
