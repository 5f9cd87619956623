/** A question as one types it: words, "quotations", -without, and filters such as from:amina before:2026-11. Pure; the browser may import it. */
import { Refusal } from '#platform/errors.ts';

export const FILTERS = ['from', 'in', 'before', 'after', 'has', 'tlp', 'thread'] as const;
export type FilterName = (typeof FILTERS)[number];
export type Filter = { name: FilterName; value: string; not: boolean };
/** words: what must be there, as it is looked for and marked; without: what must not. */
export type Question = { words: string; without: string[]; filters: Filter[] };

export const HAS = ['file', 'link', 'poll', 'indicator'] as const;
export const TLP = ['TLP:CLEAR', 'TLP:GREEN', 'TLP:AMBER', 'TLP:AMBER+STRICT', 'TLP:RED'] as const;

// The English words always hold; beside them the words of the other UN languages, whatever language the page is read in: one types as one speaks.
const NAMES: Record<FilterName, string> = {
  from: 'from de от 来自 发件人 من',
  in: 'in dans en в 在 في',
  before: 'before avant antes до 之前 قبل',
  after: 'after après apres después despues после 之后 بعد',
  has: 'has avec tiene есть 包含 يحتوي',
  tlp: 'tlp',
  thread: 'thread fil hilo тема 话题 موضوع',
};
const THINGS: Record<(typeof HAS)[number], string> = {
  file: 'file fichier archivo файл 文件 ملف',
  link: 'link lien enlace ссылка 链接 رابط',
  poll: 'poll sondage encuesta опрос 投票 استطلاع',
  indicator: 'indicator indicateur indicador индикатор 指标 مؤشر',
};
export const ME = new Set('me moi yo mí я 我 أنا'.split(' '));
export const DIRECT = new Set('direct directs directos личное 私信 خاص'.split(' '));

const turned = <K extends string>(table: Record<K, string>): Map<string, K> =>
  new Map((Object.entries(table) as Array<[K, string]>).flatMap(([name, words]) => words.split(' ').map((word) => [word.normalize('NFC'), name] as const)));
const byName = turned(NAMES);
const byThing = turned(THINGS);

const PART = /(?<not>-?)(?:(?<name>\p{L}[\p{L}\p{M}]*)[:：])?(?<value>"[^"]*"?|“[^”]*”?|«[^»]*»?|[^\s"“«]+)?/gu;
const bare = (text: string) => text.replace(/^["“«]\s*|\s*["”»]$/gu, '').trim();

/** Takes a question apart. What looks like a filter and is none (a web address, say) stays words. Nothing is refused here. */
export function readQuestion(text: string): Question {
  const question: Question = { words: '', without: [], filters: [] };
  const words: string[] = [];
  let waiting: { name: FilterName; not: boolean } | undefined;
  for (const { 0: whole, groups } of text.normalize('NFC').matchAll(PART)) {
    if (whole === '') continue;
    const name = byName.get((groups?.['name'] ?? '').toLowerCase());
    const value = groups?.['value'] ?? '';
    const not = groups?.['not'] === '-';
    // "from: amina", with a blank, means the same.
    if (waiting && !name) question.filters.push({ ...waiting, value: bare(whole) });
    else if (name && value) question.filters.push({ name, value: bare(value), not });
    else if (!name && not && value) question.without.push(bare(whole.slice(1)));
    else if (!name) words.push(whole.replace(/^[“«]|[”»]$/gu, '"'));
    waiting = name && !value ? { name, not } : undefined;
  }
  question.filters = question.filters.filter(({ value }) => value !== '');
  question.words = words.join(' ');
  return question;
}

/** The same filters from the fields of a form or of an address; an empty field asks nothing. */
export function readFields(get: (name: string) => string | null): Filter[] {
  return FILTERS.flatMap((name) => {
    const value = (get(name) ?? '').trim();
    return value ? [{ name, value, not: false }] : [];
  });
}

export type Day = { year: number; month: number | null; day: number | null };

/** 2026, 2026-11 or 2026-11-23. Refuses with search.query.bad_date. */
export function readDay(text: string): Day {
  const found = /^(\d{4})(?:[-./](\d{1,2})(?:[-./](\d{1,2}))?)?$/.exec(text.normalize('NFKC').trim());
  const [year, month, day] = found ? [Number(found[1]), found[2] ? Number(found[2]) : null, found[3] ? Number(found[3]) : null] : [0, null, null];
  const real = new Date(Date.UTC(year, (month ?? 1) - 1, day ?? 1));
  if (!found || year < 1970 || year > 2200 || real.getUTCMonth() !== (month ?? 1) - 1 || real.getUTCDate() !== (day ?? 1))
    throw new Refusal('search.query.bad_date', { details: { value: text } });
  return { year, month, day };
}

/** TLP:GREEN, green, amber+strict; 'none' is what carries no label. Refuses with search.query.unknown_label. */
export function readLabel(text: string): (typeof TLP)[number] | '' {
  const name = text
    .toUpperCase()
    .replace(/^TLP:/, '')
    .replace(/[\s_-]?STRICT$/, (strict) => (strict.startsWith('+') ? strict : '+STRICT'))
    .replace('++', '+');
  if (name === 'NONE') return '';
  const label = TLP.find((each) => each === `TLP:${name}`);
  if (!label) throw new Refusal('search.query.unknown_label', { details: { value: text } });
  return label;
}

/** Refuses with search.query.unknown_thing. */
export function readThing(text: string): (typeof HAS)[number] {
  const thing = byThing.get(text.toLowerCase());
  if (!thing) throw new Refusal('search.query.unknown_thing', { details: { value: text } });
  return thing;
}
