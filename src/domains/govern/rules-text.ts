import { deciding_rule_approvals, deciding_rule_formal, deciding_rule_none, deciding_rule_quick, deciding_rule_up_to_date } from '#paraglide/messages.js';
import { getLocale } from '#paraglide/runtime.js';

/** What a space asks for before a merge, as far as words are made of it. */
export type Rules = {
  preset: string;
  approvals: number;
  approvers: readonly string[];
  up_to_date: boolean;
  last_call_days: number;
  consultation_days: number;
  position_days: number;
};

/** What rules ask for, in a line: for the page that sets them, and for two who loosen them. */
export function rulesText(rules: Rules): string {
  return new Intl.ListFormat(getLocale()).format([
    rules.preset === 'quick'
      ? deciding_rule_quick({ days: rules.last_call_days })
      : rules.preset === 'formal'
        ? deciding_rule_formal({ days: rules.consultation_days, positions: rules.position_days, last: rules.last_call_days })
        : deciding_rule_none(),
    ...(rules.approvals ? [deciding_rule_approvals({ count: rules.approvals })] : []),
    ...(rules.up_to_date ? [deciding_rule_up_to_date()] : []),
  ]);
}
