import {
  keeping_reason_insult,
  keeping_reason_label,
  keeping_reason_other,
  keeping_reason_personal,
  keeping_reason_rules,
  keeping_reason_spam,
} from '#paraglide/messages.js';
import type { Reason } from './model.ts';

const names: Record<Reason, () => string> = {
  rules: keeping_reason_rules,
  label: keeping_reason_label,
  insult: keeping_reason_insult,
  personal: keeping_reason_personal,
  spam: keeping_reason_spam,
  other: keeping_reason_other,
};

/** Why something is reported or was decided, in the reader's language. */
export const reasonName = (reason: string): string => names[reason as Reason]?.() ?? names.other();
