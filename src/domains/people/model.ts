import * as v from 'valibot';
import { TRIVIAL_PASSWORDS } from './trivial-passwords.ts';

export const PASSWORD_MIN = 12;
export const PASSWORD_MAX = 200;

/** A work address, trimmed; the database compares it in lower case. */
export const Email = v.pipe(v.string(), v.trim(), v.maxLength(254), v.email());

export const SignInInput = v.object({ email: v.pipe(v.string(), v.trim(), v.maxLength(254)), password: v.pipe(v.string(), v.maxLength(PASSWORD_MAX)) });
export const BecomeInput = v.object({ slug: v.pipe(v.string(), v.maxLength(80)) });

/** Why a new password is refused (people.password.short, .long, .trivial), or undefined when it will do. */
export function passwordFault(password: string, email = ''): 'people.password.short' | 'people.password.long' | 'people.password.trivial' | undefined {
  if ([...password].length < PASSWORD_MIN) return 'people.password.short';
  if (password.length > PASSWORD_MAX) return 'people.password.long';
  const plain = password.toLowerCase().replace(/\s/g, '');
  const [mailbox = ''] = email.toLowerCase().split('@');
  // Repeats of something short ("abcabcabcabc") are one short password.
  const repeated = /^(.{1,5})\1+$/u.test(plain);
  if (repeated || plain === email.toLowerCase() || (mailbox.length > 3 && plain.replaceAll(mailbox, '').length < 4)) return 'people.password.trivial';
  const bare = plain.replace(/[\d\W_]+$/u, '');
  if (TRIVIAL_PASSWORDS.has(plain) || TRIVIAL_PASSWORDS.has(bare) || isRun(plain)) return 'people.password.trivial';
  return undefined;
}

// "abcdefghijkl", "987654321098": each letter follows the one before it.
function isRun(text: string): boolean {
  const steps = [...text].slice(1).map((letter, at) => (letter.codePointAt(0)! - text.codePointAt(at)! + 10) % 10);
  return steps.length > 0 && steps.every((step) => step === steps[0]) && (steps[0] === 1 || steps[0] === 9);
}

/** An address of this hub to go to after signing in; anything else becomes the home page. */
export function safeNext(next: string | null | undefined): string {
  return next && /^\/(?![/\\])[^\s\\]*$/.test(next) && !next.startsWith('/sign') ? next : '/';
}
