import {
  records_kind_application,
  records_kind_audit_payload,
  records_kind_comment,
  records_kind_direct,
  records_kind_draft,
  records_kind_earlier_words,
  records_kind_event_payload,
  records_kind_file,
  records_kind_invitation,
  records_kind_mail,
  records_kind_message,
  records_kind_passkey,
  records_kind_recovery,
  records_kind_session,
  records_kind_sign_in_try,
  records_kind_thread,
  records_scope_circle,
  records_scope_conversation,
  records_scope_everything,
  records_scope_organization,
  records_scope_person,
  records_scope_space,
} from '#paraglide/messages.js';

/** What each kind of thing that is kept for a time is called: acts name it, and so does the page of the rules. */
export const keptWords = {
  application: records_kind_application,
  audit_payload: records_kind_audit_payload,
  comment: records_kind_comment,
  direct: records_kind_direct,
  draft: records_kind_draft,
  earlier_words: records_kind_earlier_words,
  event_payload: records_kind_event_payload,
  file: records_kind_file,
  invitation: records_kind_invitation,
  mail: records_kind_mail,
  message: records_kind_message,
  passkey: records_kind_passkey,
  recovery: records_kind_recovery,
  session: records_kind_session,
  sign_in_try: records_kind_sign_in_try,
  thread: records_kind_thread,
};
/** One of them by its name; a kind that is not known by itself. */
export const keptName = (kind: string): string => (Object.hasOwn(keptWords, kind) ? keptWords[kind as keyof typeof keptWords]() : kind);

/** What a hold covers: the act that lifts one names it, and so does the page of holds. */
export const scopeWords = {
  person: records_scope_person,
  organization: records_scope_organization,
  conversation: records_scope_conversation,
  circle: records_scope_circle,
  space: records_scope_space,
  everything: records_scope_everything,
} satisfies Record<string, () => string>;
