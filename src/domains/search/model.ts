/** The longest question that is looked for. */
export const LONGEST = 200;
/** No answer leaves before this many milliseconds, nor between two multiples of it: how long a search took says nothing about what it may not show. */
export const STEP = 100;
/** How many searches, and how many suggestions while typing, one asker makes in a minute. */
export const PER_MINUTE = { search: 40, suggest: 150 } as const;

export type HitKind = 'page' | 'control' | 'message';
export type Hit = { kind: HitKind; id: string };
/** A piece of text around what was found. */
export type Piece = { text: string; hit: boolean };
/** One result as its room reads it, with the eyes of the person who asked. */
export type Found = {
  id: string;
  kind: HitKind;
  title: string;
  number: string;
  address: string;
  where: string;
  text: string;
  at: string | null;
  name?: string;
  marking?: string | null;
};
