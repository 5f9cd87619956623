/** Shapes of who answers for a page and when it is read again; the browser may import this file. */
import * as v from 'valibot';

/** A day as forms and programs write it; the empty text is none. */
const day = v.union(
  [
    v.pipe(
      v.union([v.literal(''), v.null()]),
      v.transform(() => null),
    ),
    v.pipe(v.string(), v.trim(), v.isoDate('library.upkeep.day')),
  ],
  'library.upkeep.day',
);
const months = v.pipe(
  v.union([v.number(), v.pipe(v.string(), v.trim(), v.regex(/^\d{1,2}$/, 'library.upkeep.months'))], 'library.upkeep.months'),
  v.transform(Number),
  v.integer('library.upkeep.months'),
  v.minValue(1, 'library.upkeep.months'),
  v.maxValue(60, 'library.upkeep.months'),
);

/** Who answers for a page: `person:<byline>`, `organization:<id>`, or nobody. By when it is read again, and how many months it rests after that. */
export const SetUpkeep = v.object({
  owner: v.optional(v.pipe(v.string(), v.regex(/^((person|organization):[0-9a-f-]{36})?$/, 'library.upkeep.owner_unknown')), ''),
  review_on: v.optional(day, null),
  every_months: v.optional(months, 12),
});
export type SetUpkeep = v.InferOutput<typeof SetUpkeep>;

/** What the board asks about: the day is over, it comes within thirty days, nobody answers, nobody read it again so far. */
export const FLAGS = ['overdue', 'soon', 'nobody', 'never'] as const;
export type Flag = (typeof FLAGS)[number];

/** How a page is kept, as its reader learns of it. */
export type Upkeep = {
  page_id: string;
  space: string;
  space_title: string;
  path: string;
  title: string;
  owner: string | null;
  /** none: nobody was named. gone: whoever was named is not here any more, or does not read it. */
  owned: 'none' | 'stands' | 'gone';
  owner_key: string;
  mine: boolean;
  review_on: string | null;
  reviewed_on: string | null;
  reviewed_by: string | null;
  every_months: number;
  /** How many found it useful or not; null for whoever neither keeps the page nor decides, and while nobody said so. */
  useful: number | null;
  not_useful: number | null;
  overdue: boolean;
  soon: boolean;
};

/** Does the board list this page under that heading? */
export const flagged = (page: Upkeep, flag: Flag): boolean =>
  flag === 'overdue' ? page.overdue : flag === 'soon' ? page.soon : flag === 'nobody' ? page.owned !== 'stands' : page.reviewed_on === null;
