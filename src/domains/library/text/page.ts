import { parseDocument, stringify } from 'yaml';

export type FrontValue = string | FrontValue[] | { [key: string]: FrontValue };
export type FrontMatter = {
  title?: string;
  description?: string;
  group?: string;
  sources?: string[];
  licence?: string;
  source_url?: string;
  [key: string]: FrontValue | undefined;
};
/** A fault in a text: an error code (message key), the line it stands on (from 1) and what the message needs. */
export type Problem = { code: string; line: number; details?: Record<string, string | number> };
export type SplitPage = { front: FrontMatter; body: string; bodyLine: number; problem?: Problem };

const FENCED = /^\uFEFF?---[ \t]*(?:\r\n|\n|\r)(?:([\s\S]*?)(?:\r\n|\n|\r))??---[ \t]*(?:\r\n|\n|\r|$)/;
const TEXTS = ['title', 'description', 'group', 'licence', 'source_url'];
const LARGEST = 32_768;

/**
 * A page's front matter and body; `bodyLine` is the line of the page on which the body begins. With a fault in the front matter the
 * whole text is the body (so nothing is lost on saving) and `problem` names the line: `library.page.front_matter`,
 * `library.page.front_matter_value`, `library.page.front_matter_large`.
 */
export function splitPage(text: string): SplitPage {
  const whole = (code: string, line: number, details?: Problem['details']): SplitPage => ({
    front: {},
    body: text,
    bodyLine: 1,
    problem: { code: `library.page.${code}`, line, ...(details && { details }) },
  });
  if (!/^\uFEFF?---[ \t]*[\r\n]/.test(text)) return { front: {}, body: text, bodyLine: 1 };
  const hit = FENCED.exec(text);
  if (!hit) return { front: {}, body: text, bodyLine: 1 };
  const yaml = hit[1] ?? '';
  if (yaml.length > LARGEST) return whole('front_matter_large', 1, { limit: LARGEST });
  // Only texts, lists and maps: "No", 10.30 and 2021-01-01 stay what was typed. No aliases: they can be made to explode.
  const doc = parseDocument(yaml, { schema: 'failsafe', uniqueKeys: true, prettyErrors: false, logLevel: 'silent' });
  const fault = doc.errors[0];
  const lineAt = (offset: number) => 2 + (yaml.slice(0, offset).match(/\r\n?|\n/g)?.length ?? 0);
  if (fault) return whole('front_matter', lineAt(fault.pos[0]), { reason: fault.message });
  let value: unknown;
  try {
    value = doc.toJS({ maxAliasCount: 0 });
  } catch {
    return whole('front_matter', 2, { reason: 'alias' });
  }
  if (value === null || value === '') value = {};
  if (typeof value !== 'object' || Array.isArray(value)) return whole('front_matter', 2, { reason: 'map' });
  const front = value as FrontMatter;
  const wrong = wrongKey(front);
  if (wrong) return whole('front_matter_value', lineAt(Math.max(0, yaml.search(new RegExp(`^["']?${wrong}["']?[ \\t]*:`, 'm')))), { key: wrong });
  let rest = text.slice(hit[0].length);
  const gap = /^[ \t]*(?:\r\n|\n|\r)/.exec(rest);
  if (gap) rest = rest.slice(gap[0].length);
  const body = rest;
  return { front, body, bodyLine: 1 + (text.slice(0, text.length - body.length).match(/\r\n?|\n/g)?.length ?? 0) };
}

function wrongKey(front: FrontMatter): string | undefined {
  if (front.sources !== undefined && !(Array.isArray(front.sources) && front.sources.every((s) => typeof s === 'string'))) return 'sources';
  return TEXTS.find((key) => front[key] !== undefined && typeof front[key] !== 'string');
}

/** A page's text from its parts: `splitPage` reads the same front matter and body back. */
export function joinPage(front: FrontMatter, body: string): string {
  const entries = Object.entries(front).filter(([, value]) => value !== undefined && value !== '');
  const startsLikeFront = /^\uFEFF?---[ \t]*(?:[\r\n]|$)/.test(body);
  if (entries.length === 0 && !startsLikeFront) return body;
  const yaml = entries.length === 0 ? '' : stringify(Object.fromEntries(entries), { schema: 'failsafe', lineWidth: 0, aliasDuplicateObjects: false });
  return `---\n${yaml}---\n\n${body}`;
}
