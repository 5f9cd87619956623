import type { FrontMatter, FrontValue } from './page.ts';

/** A front matter value as a person edits it: a text as it is, a list of texts one a line, anything deeper as JSON. */
export function frontText(value: FrontValue | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  if (isTexts(value)) return value.join('\n');
  return JSON.stringify(value);
}

/** The value a person's text stands for, in the shape of `like`; a text that no longer fits a deep value stays a text. */
export function frontValue(text: string, like: FrontValue | undefined): FrontValue | undefined {
  if (text === '') return undefined;
  if (like === undefined || typeof like === 'string') return text;
  if (isTexts(like))
    return text
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean);
  try {
    return JSON.parse(text) as FrontValue;
  } catch {
    return text;
  }
}

function isTexts(value: FrontValue): value is string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string' && !entry.includes('\n'));
}

/** Whether two front matters say the same. */
export function sameFront(a: FrontMatter, b: FrontMatter): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
