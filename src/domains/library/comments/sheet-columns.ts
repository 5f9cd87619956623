import {
  comments_col_comment,
  comments_col_kind,
  comments_col_member,
  comments_col_observation,
  comments_col_place,
  comments_col_proposed,
  comments_col_quote,
  comments_col_reference,
} from '#paraglide/messages.js';
import { locales } from '#paraglide/runtime.js';
import { DISPOSITIONS, type Disposition, KINDS, type Kind } from './model.ts';
import { sayDisposition, sayKind } from './words.ts';

/** The columns of the sheet in the order of the templates of standards bodies; what the hub adds stands behind them. */
export const COLUMNS = ['member', 'place', 'kind', 'comment', 'proposed', 'observation', 'quote', 'reference'] as const;
export type Column = (typeof COLUMNS)[number];
export type SheetRow = Record<Column, string> & { row: number };

type Locale = (typeof locales)[number];
const headings: Record<Column, (_?: object, options?: { locale?: Locale }) => string> = {
  member: comments_col_member,
  place: comments_col_place,
  kind: comments_col_kind,
  comment: comments_col_comment,
  proposed: comments_col_proposed,
  observation: comments_col_observation,
  quote: comments_col_quote,
  reference: comments_col_reference,
};
// How the templates of others head the same columns.
const others: Record<Column, string[]> = {
  member: ['mb', 'mb/nc', 'mb nc', 'country', 'organization', 'organisation', 'national body'],
  place: ['clause', 'clause/subclause', 'clause/ subclause', 'control', 'section', 'page'],
  kind: ['type of comment', 'type of comments', 'kind', 'ge/te/ed'],
  comment: ['comments'],
  proposed: ['proposed changes', 'proposal', 'proposed text'],
  observation: ['observations', 'observation of the secretariat', 'observations of the secretariat', 'disposition', 'resolution'],
  quote: ['words'],
  reference: ['ref'],
};
/** What nobody can do without. */
export const NEEDED: Column[] = ['place', 'comment'];

/** What a column is called in the reader's language. */
export const sayColumn = (column: Column): string => headings[column]();
const even = (text: string) =>
  text
    .normalize('NFC')
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase()
    .replace(/[.:¹²³⁴⁵0-9]+$/, '')
    .trim();

/** Which column stands where in a line of headings, in any language of the hub or of a known template. */
export function readHeadings(line: readonly string[]): Map<Column, number> {
  const found = new Map<Column, number>();
  for (const column of COLUMNS) {
    const names = new Set([column, ...others[column], ...locales.map((locale) => even(headings[column]({}, { locale })))]);
    const at = line.findIndex((cell) => names.has(even(cell)));
    if (at >= 0) found.set(column, at);
  }
  return found;
}

const short: Record<string, Kind> = { ge: 'general', te: 'technical', ed: 'editorial' };
/** The code a type has in such a table. */
export const kindCode = (kind: Kind): string => Object.keys(short).find((code) => short[code] === kind)!;

/** A type as people write it; nothing for what is none. Left empty, it is general. */
export function readKind(text: string): Kind | undefined {
  const said = even(text);
  if (!said) return 'general';
  return short[said] ?? KINDS.find((kind) => said === kind || locales.some((locale) => even(sayKind(kind, locale)) === said));
}

/** An observation as it stands in the sheet: the disposition, its reason, and the request that answers. */
export const sayObservation = (disposition: Disposition | null, reason: string, request: number | null): string =>
  disposition ? [`${sayDisposition(disposition)}.`, reason, request === null ? '' : `[request ${request}]`].filter(Boolean).join(' ') : '';

export type Observation = { disposition: Disposition; reason: string; request: number | null };

/** Reads an observation back; nothing where it begins with no disposition. */
export function readObservation(text: string): Observation | undefined {
  const [, said = '', number] = /^([\s\S]*?)\s*(?:\[request (\d{1,9})\])?\s*$/i.exec(text.trim()) ?? [];
  const named = DISPOSITIONS.flatMap((disposition) => locales.map((locale) => ({ disposition, words: sayDisposition(disposition, locale) })));
  const one = named.filter(({ words }) => said.toLowerCase().startsWith(words.toLowerCase())).toSorted((a, b) => b.words.length - a.words.length)[0];
  if (!one) return undefined;
  return {
    disposition: one.disposition,
    reason: said
      .slice(one.words.length)
      .replace(/^[\s.:;,–-]+/, '')
      .trim(),
    request: number ? Number(number) : null,
  };
}
