import { Refusal } from '#platform/errors.ts';
import { quoteLexeme, toSearchQuery } from '#lib/text/search-words.ts';
import { type Filter, type FilterName, type Question, readLabel, readThing } from './question.ts';

/** What names in filters stand for, as the asker may see it: nothing for what is absent and for what is not theirs. */
export type Resolved = {
  authors: (value: string) => string[];
  places: (value: string) => { conversations: string[]; spaces: string[]; direct: boolean };
  threads: (value: string) => string[];
};
/** Two tsquery texts; null = nothing of that kind can fit. The moments bound when a message was written; among are the audiences in which what was asked for can stand at all, where that is known. */
export type Query = { texts: string | null; messages: string | null; since: Date | null; until: Date | null; among?: number[] | null };

const lexeme = (mark: string, value: string) => quoteLexeme(`${mark}:${value}`);
const any = (terms: string[]) => (terms.length > 1 ? `(${terms.join(' | ')})` : (terms[0] ?? null));
const LONG_AGO = 2000;

/**
 * Builds what is asked of the index. One of several values of a filter is enough, except of has:. A value that stands for nothing finds nothing.
 * Refuses with search.query.only_without (nothing but exclusions), .unknown_label, .unknown_thing.
 */
export function composeQuery(question: Question, span: { since: Date | null; until: Date | null }, resolved: Resolved, prefix = true): Query {
  const wanted = toSearchQuery(question.words, { prefix });
  const without = question.without
    .map((words) => toSearchQuery(words))
    .filter(Boolean)
    .map((words) => `!${words.includes(' ') ? `(${words})` : words}`);
  const of = (name: FilterName, not = false) => question.filters.filter((each) => each.name === name && each.not === not);
  const terms: Array<string | null> = [];
  const add = (name: FilterName, read: (filter: Filter) => string[]) => {
    if (of(name).length) terms.push(any(of(name).flatMap(read)));
    for (const filter of of(name, true)) without.push(...read(filter).map((term) => `!${term}`));
  };
  add('from', ({ value }) => resolved.authors(value).map((id) => lexeme('f', id)));
  add('thread', ({ value }) => resolved.threads(value).map((id) => lexeme('t', id)));
  add('tlp', ({ value }) => [lexeme('l', readLabel(value))]);
  for (const { value, not } of question.filters.filter(({ name }) => name === 'has'))
    (not ? without : terms).push(`${not ? '!' : ''}${lexeme('h', readThing(value))}`);
  if (span.since || span.until) terms.push(months(span));
  // Pages and controls are found by words and by their space; they have no author, label, day or thread of their own.
  const ofMessages = terms.length > 0;
  const spaces = place(of('in'), ({ value }) => resolved.places(value).spaces.map((id) => lexeme('s', id)));
  const places = place(of('in'), ({ value }) => {
    const { conversations, spaces, direct } = resolved.places(value);
    return [...conversations.map((id) => lexeme('c', id)), ...spaces.map((id) => lexeme('s', id)), ...(direct ? [lexeme('k', 'direct')] : [])];
  });
  const not = of('in', true).flatMap(({ value }) => {
    const { conversations, spaces, direct } = resolved.places(value);
    return [...conversations.map((id) => lexeme('c', id)), ...spaces.map((id) => lexeme('s', id)), ...(direct ? [lexeme('k', 'direct')] : [])];
  });
  without.push(...not.map((term) => `!${term}`));
  const asked = [wanted, ...terms, ...(of('in').length ? ['in'] : [])].filter((term) => term !== '');
  if (!asked.length && (without.length || question.without.length || question.filters.length)) throw new Refusal('search.query.only_without');
  const all = (own: Array<string | null>) => (own.includes(null) || !asked.length ? null : [wanted, ...own, ...without].filter(Boolean).join(' & ') || null);
  return { texts: ofMessages ? null : all(spaces), messages: all([...terms, ...places]), ...span };
}

const place = (filters: Filter[], read: (filter: Filter) => string[]): Array<string | null> => (filters.length ? [any(filters.flatMap(read))] : []);

/**
 * Messages carry the month they were written in (UTC), as 202611. The last years are asked for month by month: the index then looks each up beside the words, where
 * a beginning makes it gather everything that was written under it first. Older years, of which a span may have many, are asked for by their beginning, many at once.
 */
function months({ since, until }: { since: Date | null; until: Date | null }): string | null {
  const first = since ? since.getUTCFullYear() * 12 + since.getUTCMonth() : LONG_AGO * 12;
  // Nothing is written in months to come.
  const soon = Date.now() + 32 * 86_400_000;
  const end = new Date(Math.min(until ? until.getTime() - 1 : soon, soon));
  const last = end.getUTCFullYear() * 12 + end.getUTCMonth();
  const recent = (new Date().getUTCFullYear() - RECENT) * 12;
  const terms: string[] = [];
  for (let month = first; month <= last; ) {
    const year = Math.floor(month / 12);
    const whole = WHOLE.find(([years]) => month % (years * 12) === 0 && month + years * 12 <= Math.min(last + 1, recent));
    terms.push(whole ? `${lexeme('m', String(year).slice(0, whole[1]))}:*` : lexeme('m', String(year * 100 + (month % 12) + 1)));
    month += whole ? whole[0] * 12 : 1;
  }
  return any(terms);
}

/** So many years before this one are recent. */
const RECENT = 3;
/** So many years at once, and with how many of their figures they begin. */
const WHOLE = [
  [10, 3],
  [1, 4],
] as const;
