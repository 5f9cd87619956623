import { parseDocument, stringify } from 'yaml';
import { asTyped } from './excerpt.ts';
import { frontText } from './text/front-values.ts';
import { type FrontMatter, type FrontValue, joinPage, splitPage } from './text/page.ts';

/** What stands above the text of a page, as a person edits it: sources one a line. */
export type PageFront = { title: string; description: string; sources: string };

const KEYS = ['title', 'description', 'sources'] as const;

/** A page taken apart for a form; nothing when its front matter cannot be read, so that it is edited whole and nothing is lost. */
export function takeApart(page: string): { front: PageFront; body: string } | undefined {
  const { front, body, problem } = splitPage(page);
  if (problem) return undefined;
  return { front: { title: frontText(front.title), description: frontText(front.description), sources: frontText(front.sources) }, body };
}

/** The page put together again from a form. What was not touched keeps its bytes, and so do the entries that no form shows. */
export function putTogether(base: string, typed: PageFront, body: string): string {
  const { front, body: oldBody } = splitPage(base);
  const newBody = asTyped(body, oldBody);
  const above = base.slice(0, base.length - oldBody.length);
  // A page may end with its front matter: the first line of a body must not go on in that line, or the next `---` would close it.
  const head = newBody && /[^\r\n]$/.test(above) ? `${above}\n\n` : above;
  const was = takeApart(base)?.front;
  const changed = KEYS.filter((key) => clean(key, typed[key]) !== clean(key, was?.[key] ?? ''));
  if (!changed.length) return head === '' ? joinPage({}, newBody) : head + newBody;
  const wanted: FrontMatter = { ...front };
  for (const key of changed) {
    const value = readValue(key, typed[key]);
    if (value.length) wanted[key] = value as FrontValue & string & string[];
    else delete wanted[key];
  }
  const page = withEntries(head, changed, wanted) + newBody;
  // Entries can be written in ways that cannot be cut by lines; those heads are written anew.
  return canonical(splitPage(page).front) === canonical(wanted) ? page : joinPage(wanted, newBody);
}

function withEntries(head: string, changed: readonly (typeof KEYS)[number][], wanted: FrontMatter): string {
  const open = head.indexOf('\n') + 1;
  const close = head.lastIndexOf('\n---') + 1;
  if (!open || close < open) return '';
  let yaml = head.slice(open, close);
  for (const key of changed) yaml = withEntry(yaml, key, wanted[key] ?? '');
  return head.slice(0, open) + yaml + head.slice(close);
}

const canonical = (front: FrontMatter) => JSON.stringify(Object.entries(front).sort(([one], [other]) => (one < other ? -1 : 1)));

/** Only the lines of this entry are written anew: comments, order and quotes of the others are somebody's. */
function withEntry(yaml: string, key: (typeof KEYS)[number], value: string | string[]): string {
  const written = value.length ? stringify({ [key]: value }, { schema: 'failsafe', lineWidth: 0 }) : '';
  const contents = parseDocument(yaml, { schema: 'failsafe', logLevel: 'silent' }).contents as { items?: Entry[] } | null;
  const items = contents?.items ?? [];
  const at = items.findIndex((item) => item.key.value === key);
  // A new entry stands where a form shows it: the title first, the others after it.
  const begin = (n: number) => items[n]?.key.range[0] ?? yaml.length;
  if (at < 0) return yaml.slice(0, begin(key === 'title' ? 0 : 1)) + written + yaml.slice(begin(key === 'title' ? 0 : 1));
  return yaml.slice(0, begin(at)) + written + yaml.slice(begin(at + 1));
}
type Entry = { key: { value: string; range: [number, number, number] } };

const lines = (text: string) =>
  text
    .split(/\r\n?|\n/)
    .map((line) => line.trim())
    .filter(Boolean);
const clean = (key: string, text: string) => lines(text).join(key === 'sources' ? '\n' : ' ');
const readValue = (key: string, text: string) => (key === 'sources' ? lines(text) : clean(key, text));
