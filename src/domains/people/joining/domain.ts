import * as v from 'valibot';

/** Names that never leave a house or a test bench: nobody can prove them to others. `example`, `test` stay possible, for demonstrations. */
const PRIVATE = /(^|\.)(localhost|local|internal|intranet|lan|home|corp|arpa|onion|invalid)$/;
const SHAPE = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$/;

/** The domain as it is kept: lower case, international letters as xn--; undefined when it is none. A pasted web address or mail address gives its domain. */
export function domainOf(text: string): string | undefined {
  const bare = text
    .trim()
    .replace(/^[a-z]+:\/\//i, '')
    .replace(/^[^@/]*@/, '')
    .replace(/[/?#:].*$/, '')
    .replace(/\.$/, '');
  const host = URL.parse(`http://${bare}`)?.hostname.replace(/^www\./, '') ?? '';
  return host.length <= 253 && SHAPE.test(host) && !PRIVATE.test(host) ? host : undefined;
}

export const Domain = v.pipe(
  v.string(),
  v.maxLength(300, 'people.domain.none'),
  v.transform((text) => domainOf(text) ?? ''),
  v.minLength(1, 'people.domain.none'),
);

/** Where the record has to stand, and what it has to say. */
export const recordName = (domain: string): string => `_indaba.${domain}`;
export const recordText = (token: string): string => `indaba-verification=${token}`;

export const DomainInput = v.object({ domain: Domain });
export const LetterInput = v.object({
  id: v.pipe(v.string(), v.uuid('people.domain.not_found')),
  reference: v.pipe(v.string(), v.trim(), v.minLength(1, 'people.domain.letter_missing'), v.maxLength(200, 'people.domain.letter_missing')),
  letter_on: v.pipe(
    v.string(),
    v.isoDate('people.domain.letter_day'),
    v.check((day) => day <= new Date().toISOString().slice(0, 10) && day > '1990', 'people.domain.letter_day'),
  ),
});
