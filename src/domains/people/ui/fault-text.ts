import { error_people_member_not_found, error_people_sign_in_refused, error_people_sign_in_slow_down } from '#paraglide/messages.js';

const texts: Record<string, () => string> = {
  'people.sign_in.refused': error_people_sign_in_refused,
  'people.sign_in.slow_down': error_people_sign_in_slow_down,
  'people.member.not_found': error_people_member_not_found,
};

/** The sentence for an error code of this room, in the reader's language. */
export function faultText(code: string): string {
  return (texts[code] ?? error_people_sign_in_refused)();
}
