/** Shapes and pure rules of editions; the browser may import this file. */
import * as v from 'valibot';

export const STATUSES = ['draft', 'in_force', 'superseded', 'withdrawn'] as const;
export type EditionStatus = (typeof STATUSES)[number];

/** `1`, `1.0`, `2.1.3`: what a number looks like, in addresses too. */
export const EDITION_NUMBER = /^(?:0|[1-9]\d{0,3})(?:\.(?:0|[1-9]\d{0,3})){0,2}$/;

const isDay = (text: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.slice(0, 10) === text;

/** What a draft of an edition says: its number, the day it carries (none yet = the day it is published), what it is about. */
export const EditionWords = v.object({
  number: v.pipe(v.string(), v.trim(), v.regex(EDITION_NUMBER, 'library.edition.number_form')),
  dated_on: v.optional(
    v.nullable(
      v.union([
        v.pipe(
          v.literal(''),
          v.transform(() => null),
        ),
        v.pipe(v.string(), v.check(isDay, 'library.edition.day_form')),
      ]),
    ),
    null,
  ),
  words: v.optional(v.pipe(v.string(), v.trim(), v.maxLength(4_000, 'library.edition.words_long')), ''),
});
export type EditionWords = v.InferOutput<typeof EditionWords>;

export const Withdrawal = v.object({
  reason: v.pipe(v.string(), v.trim(), v.minLength(1, 'library.edition.reason_missing'), v.maxLength(2_000, 'library.edition.reason_long')),
});

const parts = (number: string): number[] => [...number.split('.').map(Number), 0, 0].slice(0, 3);
/** Which of two numbers comes first: 1.9 before 1.10, and 1 is 1.0. */
export const compareNumbers = (one: string, other: string): number => {
  const [a, b] = [parts(one), parts(other)];
  return a.map((n, i) => n - (b[i] as number)).find((difference) => difference !== 0) ?? 0;
};
/** A number that can come next: 1.0 at first, then one more at the last place. */
export function nextNumber(last: string | undefined): string {
  if (!last) return '1.0';
  const all = last.split('.').map(Number);
  all[all.length - 1] = (all.at(-1) as number) + 1;
  return all.join('.');
}

/** The address of an edition, or of a page as it stands in it. */
export const editionAddress = (space: string, number: string, path = ''): string => `/library/${space}/editions/${number}${path && `/${path}`}`;
