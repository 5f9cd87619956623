import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import * as v from 'valibot';
import { TRIVIAL_PASSWORDS } from './trivial-passwords.ts';

export const PASSWORD_MIN = 12;
export const PASSWORD_MAX = 200;

/** A work address, trimmed; the database compares it in lower case. */
export const Email = v.pipe(v.string(), v.trim(), v.maxLength(254, 'people.email.not_an_address'), v.email('people.email.not_an_address'));

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

const WORDS_OF_ONE_SCRIPT = [
  /^[\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]+$/u,
  /^[\p{Script=Cyrillic}\p{Script=Common}\p{Script=Inherited}]+$/u,
  /^[\p{Script=Greek}\p{Script=Common}\p{Script=Inherited}]+$/u,
];
const LOOKALIKES = /[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}]/u;

/** May this stand as a person's name? No invisible or direction-turning signs, and no word that mixes letters of scripts that look alike. */
export function isHonestName(name: string): boolean {
  if (/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}<>]/u.test(name.replace(/[\u200c\u200d]/g, ''))) return false;
  return name.split(/\s+/).every((word) => !LOOKALIKES.test(word) || WORDS_OF_ONE_SCRIPT.some((one) => one.test(word)));
}

/** A person's name as others will read it. */
export const PersonName = v.pipe(
  v.string(),
  v.transform((name) => name.normalize('NFC').trim().replace(/\s+/g, ' ')),
  v.minLength(1, 'people.name.missing'),
  v.maxLength(120, 'people.name.long'),
  v.check(isHonestName, 'people.name.dishonest'),
);

export const InviteInput = v.object({
  email: Email,
  name: v.optional(v.pipe(v.string(), v.trim(), v.maxLength(120, 'people.name.long'), v.check(isHonestName, 'people.name.dishonest')), ''),
  role: v.optional(v.picklist(['member', 'focal_point']), 'member'),
});
export type InviteInput = v.InferOutput<typeof InviteInput>;

/** The name of a time zone that this machine knows. */
export const TimeZone = v.pipe(
  v.string(),
  v.maxLength(60),
  v.check((zone) => {
    try {
      return Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }));
    } catch {
      return false;
    }
  }, 'people.time_zone.unknown'),
);

export const ProfileInput = v.object({
  name: PersonName,
  locale: v.pipe(v.string(), v.regex(/^[a-z]{2,3}(-[A-Za-z]{2,4})?$/, 'people.locale.unknown')),
  time_zone: TimeZone,
});
export type ProfileInput = v.InferOutput<typeof ProfileInput>;

export const TOKEN_DAYS = [7, 30, 90, 365] as const;
export const TokenInput = v.object({
  name: v.pipe(v.string(), v.trim(), v.minLength(1, 'people.token.name_missing'), v.maxLength(80, 'people.token.name_long')),
  scopes: v.array(v.picklist(['read', 'write', 'amber'], 'people.token.scope_unknown')),
  days: v.pipe(v.number('people.token.days'), v.integer('people.token.days'), v.minValue(1, 'people.token.days'), v.maxValue(365, 'people.token.days')),
});
export type TokenInput = v.InferOutput<typeof TokenInput>;

/** Stands where the address of the first steward will: nobody can know it before. */
export const FIRST_ADDRESS = 'first@steward.invalid';

/** The address part for a name: Latin letters without their marks; a name in another script becomes "member". */
export function slugOf(name: string): string {
  return (
    name
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '')
      .slice(0, 60) || 'member'
  );
}

// The library checks what is inside; here only that it is an object of bearable size with an id.
const credential = <Kind>() =>
  v.pipe(
    v.looseObject({ id: v.pipe(v.string(), v.maxLength(1400)) }),
    v.check((all) => JSON.stringify(all).length < 20_000),
    v.transform((all) => all as unknown as Kind),
  );
const begin = { step: v.literal('begin') };
const finish = { step: v.literal('finish'), ceremony: v.pipe(v.string(), v.uuid()) };

/** What the passkey script sends to sign in. */
export const PasskeyUse = v.variant('step', [v.object(begin), v.object({ ...finish, response: credential<AuthenticationResponseJSON>() })]);

const PasskeyName = v.pipe(v.string(), v.trim(), v.minLength(1, 'people.passkey.name_missing'), v.maxLength(80, 'people.token.name_long'));
/** What it sends to add one. */
export const PasskeyNew = v.variant('step', [
  v.object({ ...begin, name: PasskeyName }),
  v.object({ ...finish, name: PasskeyName, response: credential<RegistrationResponseJSON>() }),
]);
/** What it sends to join with one; the address only where the link does not know it. */
export const PasskeyJoin = v.variant('step', [
  v.object({ ...begin, name: PersonName, email: v.optional(Email) }),
  v.object({ ...finish, name: PersonName, email: v.optional(Email), response: credential<RegistrationResponseJSON>() }),
]);
export const JoinInput = v.object({ name: PersonName, email: v.optional(Email), password: v.pipe(v.string(), v.maxLength(1000)) });

export const ORGANIZATION_KINDS = [
  'regulator',
  'central-bank',
  'supervisor',
  'cyber-agency',
  'regional-body',
  'expert',
  'secretariat',
  'provider',
  'operator',
] as const;
/** These take part as guests: they see the circles they are invited to, and what is public. */
export const GUEST_KINDS: readonly string[] = ['provider', 'operator'];
export const DUTIES = ['reviewer', 'editor', 'moderator', 'trustee', 'steward'] as const;

const cleaned = v.pipe(
  v.string(),
  v.transform((text) => text.normalize('NFC').trim().replace(/\s+/g, ' ')),
);
const slug = v.optional(v.pipe(v.string(), v.maxLength(80)));
const retry_key = v.pipe(v.string(), v.uuid());

export const RegisterInput = v.object({
  name: v.pipe(
    cleaned,
    v.minLength(1, 'people.organization.name_missing'),
    v.maxLength(120, 'people.name.long'),
    v.check(isHonestName, 'people.name.dishonest'),
  ),
  slug: v.optional(
    v.pipe(v.string(), v.trim(), v.maxLength(60, 'people.organization.slug_bad'), v.regex(/^([a-z0-9]+(-[a-z0-9]+)*)?$/, 'people.organization.slug_bad')),
    '',
  ),
  kind: v.picklist(ORGANIZATION_KINDS, 'people.organization.kind_unknown'),
  jurisdiction: v.optional(v.pipe(v.string(), v.trim(), v.maxLength(80, 'people.jurisdiction.not_found')), ''),
  new_jurisdiction: v.optional(
    v.pipe(
      cleaned,
      v.maxLength(120, 'people.name.long'),
      v.check((name) => isHonestName(name), 'people.name.dishonest'),
    ),
    '',
  ),
  retry_key,
});

export const CircleInput = v.object({
  name: v.pipe(
    cleaned,
    v.minLength(1, 'people.circle.name_missing'),
    v.maxLength(80, 'people.circle.name_long'),
    v.check(isHonestName, 'people.name.dishonest'),
  ),
  purpose: v.optional(v.pipe(v.string(), v.trim(), v.maxLength(500, 'people.circle.purpose_long')), ''),
  retry_key,
});
/** Slugs: the circle, and either a member or an organization. */
export const InCircleInput = v.object({ circle: v.pipe(v.string(), v.maxLength(80)), member: slug, organization: slug });
export const DutyInput = v.object({ slug: v.pipe(v.string(), v.maxLength(80)), duty: v.picklist(DUTIES, 'people.duty.unknown') });
