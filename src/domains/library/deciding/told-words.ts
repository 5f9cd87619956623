import {
  deciding_told_closed_early,
  deciding_told_consultation_opened,
  deciding_told_consultation_over,
  deciding_told_declined,
  deciding_told_discuss,
  deciding_told_discuss_cleared,
  deciding_told_extended,
  deciding_told_last_call_opened,
  deciding_told_last_call_over,
  deciding_told_merged,
  deciding_told_nature_corrected,
  deciding_told_positions_opened,
  deciding_told_reminder,
  deciding_told_resolving,
  deciding_told_reworded,
  upkeep_told_review_overdue,
  upkeep_told_review_soon,
} from '#paraglide/messages.js';

const told: Record<string, (words?: object, options?: { locale?: 'en' }) => string> = {
  last_call_opened: deciding_told_last_call_opened,
  consultation_opened: deciding_told_consultation_opened,
  positions_opened: deciding_told_positions_opened,
  extended: deciding_told_extended,
  reworded: deciding_told_reworded,
  reminder: deciding_told_reminder,
  resolving: deciding_told_resolving,
  last_call_over: deciding_told_last_call_over,
  consultation_over: deciding_told_consultation_over,
  closed_early: deciding_told_closed_early,
  discuss: deciding_told_discuss,
  discuss_cleared: deciding_told_discuss_cleared,
  nature_corrected: deciding_told_nature_corrected,
  merged: deciding_told_merged,
  declined: deciding_told_declined,
  review_soon: upkeep_told_review_soon,
  review_overdue: upkeep_told_review_overdue,
};

/** What happened to a request or a page, in a few words; for bell and mail. */
export const toldText = (kind: string, locale?: string): string => told[kind]?.({}, locale ? { locale: locale as 'en' } : {}) ?? kind;
