import {
  records_for_good,
  records_ground_confidence,
  records_ground_deliberation,
  records_ground_other,
  records_ground_personal,
  records_ground_security,
  records_why_application,
  records_why_audit_payload,
  records_why_comment,
  records_why_direct,
  records_why_draft,
  records_why_earlier_words,
  records_why_event_payload,
  records_why_file,
  records_why_invitation,
  records_why_mail,
  records_why_message,
  records_why_passkey,
  records_why_recovery,
  records_why_session,
  records_why_sign_in_try,
  records_why_thread,
} from '#paraglide/messages.js';
import { keptWords } from '#domains/govern/kept-words.ts';
import type { Kind } from '../model.ts';

/** What each kind is called, and why it is kept as long as it is by default. */
export const kindWords: Record<Kind, { what: () => string; why: () => string }> = {
  message: { what: keptWords.message, why: records_why_message },
  direct: { what: keptWords.direct, why: records_why_direct },
  comment: { what: keptWords.comment, why: records_why_comment },
  thread: { what: keptWords.thread, why: records_why_thread },
  earlier_words: { what: keptWords.earlier_words, why: records_why_earlier_words },
  event_payload: { what: keptWords.event_payload, why: records_why_event_payload },
  audit_payload: { what: keptWords.audit_payload, why: records_why_audit_payload },
  session: { what: keptWords.session, why: records_why_session },
  passkey: { what: keptWords.passkey, why: records_why_passkey },
  sign_in_try: { what: keptWords.sign_in_try, why: records_why_sign_in_try },
  recovery: { what: keptWords.recovery, why: records_why_recovery },
  invitation: { what: keptWords.invitation, why: records_why_invitation },
  application: { what: keptWords.application, why: records_why_application },
  draft: { what: keptWords.draft, why: records_why_draft },
  file: { what: keptWords.file, why: records_why_file },
  mail: { what: keptWords.mail, why: records_why_mail },
};

/** Grounds on which somebody leaves a thing out of a package. */
export const groundWords: Record<string, () => string> = {
  security: records_ground_security,
  personal: records_ground_personal,
  confidence: records_ground_confidence,
  deliberation: records_ground_deliberation,
  other: records_ground_other,
};

/** A number of days as people say it: in years where it comes out even; nothing is for good. */
export function howLong(days: number | null, locale: string): string {
  if (days === null) return records_for_good();
  const [number, unit] = days % 365 === 0 ? [days / 365, 'year'] : [days, 'day'];
  return new Intl.NumberFormat(locale.endsWith('-XB') ? 'en' : locale, { style: 'unit', unit, unitDisplay: 'long' }).format(number);
}
