import * as v from 'valibot';
import { isHonestName, slugOf } from '../model.ts';

/** What somebody set out for: to sign in, to try a connection, to tie their account to it, or to prove again that it is them. */
export const PURPOSES = ['enter', 'test', 'link', 'prove'] as const;
export type Purpose = (typeof PURPOSES)[number];

/** What became of somebody who came back. */
const OUTCOMES = [
  'enter',
  'linked',
  'proved',
  'tested',
  'asked',
  'closed',
  'no_address',
  'other_domain',
  'not_vouched',
  'has_account',
  'taken',
  'other_person',
  'other_subject',
  'prove_first',
  'stale',
  'changed',
  'refused',
  'unreachable',
  'over',
  'other_needed',
  'passkey_needed',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** An outcome out of an address bar, or undefined. */
export const outcomeOf = (text: string | null): Outcome | undefined => OUTCOMES.find((each) => each === text);

/** The addresses a provider is given. They name the organization, so that an answer meant for one connection never counts for another. */
export const returnAddress = (hub: string, slug: string) => `${hub}/sso/${slug}/return`;
export const postAddress = (hub: string, slug: string) => `${hub}/sso/${slug}/acs`;
export const entityId = (hub: string, slug: string) => `${hub}/sso/${slug}/metadata`;

/** A name as others will read it, out of what a provider says; the part before the @ where it says nothing that may stand. */
export function nameFrom(name: string, address: string): { name: string; slug: string } {
  const cleaned = name.normalize('NFC').trim().replace(/\s+/g, ' ');
  const honest = cleaned.length > 0 && cleaned.length <= 120 && isHonestName(cleaned) ? cleaned : (address.split('@')[0] ?? '').slice(0, 120) || 'member';
  return { name: honest, slug: slugOf(honest) };
}

const line = (most: number, code: string) => v.pipe(v.string(), v.trim(), v.minLength(1, code), v.maxLength(most, code));

/** What a focal point says of an OIDC provider; no secret keeps the one that is there. */
export const OidcInput = v.object({
  issuer: v.pipe(
    line(500, 'people.sso.issuer_bad'),
    v.check((text) => {
      const url = URL.parse(text);
      return url !== null && ['https:', 'http:'].includes(url.protocol) && !url.search && !url.hash && !url.username;
    }, 'people.sso.issuer_bad'),
  ),
  client_id: line(300, 'people.sso.client_bad'),
  client_secret: v.optional(v.pipe(v.string(), v.trim(), v.maxLength(2000, 'people.sso.client_bad')), ''),
  trusts_address: v.optional(v.boolean(), false),
});
export type OidcInput = v.InferOutput<typeof OidcInput>;

/** What becomes of people of the organization who have no account yet. */
export const JoiningInput = v.object({
  joining: v.picklist(['off', 'asks', 'automatic'], 'people.sso.joining_bad'),
  joining_most: v.pipe(v.string(), v.trim(), v.regex(/^\d{1,4}$/, 'people.sso.most_bad'), v.transform(Number), v.maxValue(1000, 'people.sso.most_bad')),
  joining_pattern: v.optional(
    v.pipe(v.string(), v.trim(), v.maxLength(120, 'people.sso.pattern_bad'), v.regex(/^[A-Za-z0-9.!#$&'+/=?^`{|}~@*_-]*$/, 'people.sso.pattern_bad')),
    '',
  ),
});
export type JoiningInput = v.InferOutput<typeof JoiningInput>;
