import { Refusal } from '#platform/errors.ts';
import { quoteLexeme, toSearchQuery } from '#lib/text/search-words.ts';
import { type Filter, type FilterName, type Question, readLabel, readThing } from './question.ts';

/** What names in filters stand for, as the asker may see it: nothing for what is absent and for what is not theirs. */
export type Resolved = {
  authors: (value: string) => string[];
  places: (value: string) => { conversations: string[]; spaces: string[]; direct: boolean };
  threads: (value: string) => string[];
};
/**
 * Two tsquery texts; null = nothing of that kind can fit. The moments bound when a message was written, threads (null = all) where; either may be asked for without a word.
 * among are the audiences in which what was asked for can stand at all, where that is known.
 */
export type Query = {
  texts: string | null;
  messages: string | null;
  since: Date | null;
  until: Date | null;
  threads: string[] | null;
  among?: number[] | null;
};

const lexeme = (mark: string, value: string) => quoteLexeme(`${mark}:${value}`);
const any = (terms: string[]) => (terms.length > 1 ? `(${terms.join(' | ')})` : (terms[0] ?? null));

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
  const threads = of('thread').length ? [...new Set(of('thread').flatMap(({ value }) => resolved.threads(value)))] : null;
  const spanned = span.since !== null || span.until !== null;
  const add = (name: FilterName, read: (filter: Filter) => string[]) => {
    if (of(name).length) terms.push(any(of(name).flatMap(read)));
    for (const filter of of(name, true)) without.push(...read(filter).map((term) => `!${term}`));
  };
  add('from', ({ value }) => resolved.authors(value).map((id) => lexeme('f', id)));
  for (const { value } of of('thread', true)) without.push(...resolved.threads(value).map((id) => `!${lexeme('t', id)}`));
  add('tlp', ({ value }) => [lexeme('l', readLabel(value))]);
  for (const { value, not } of question.filters.filter(({ name }) => name === 'has'))
    (not ? without : terms).push(`${not ? '!' : ''}${lexeme('h', readThing(value))}`);
  // Pages and controls are found by words and by their space; they have no author, label, day or thread of their own.
  const ofMessages = terms.length > 0 || threads !== null || spanned;
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
  const asked = Boolean(wanted) || ofMessages || of('in').length > 0;
  if (!asked && (without.length || question.without.length || question.filters.length)) throw new Refusal('search.query.only_without');
  const all = (own: Array<string | null>) => (own.includes(null) || !asked ? null : [wanted, ...own, ...without].filter(Boolean).join(' & '));
  return { texts: ofMessages ? null : all(spaces), messages: threads?.length === 0 ? null : all([...terms, ...places]), ...span, threads };
}

const place = (filters: Filter[], read: (filter: Filter) => string[]): Array<string | null> => (filters.length ? [any(filters.flatMap(read))] : []);
