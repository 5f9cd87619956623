import { getLocale } from '#paraglide/runtime.js';
import { direction } from './locale.ts';

/** The language that the texts of the library are written in. */
export const TEXT_LANGUAGE = 'en';

export type Written = { lang?: string; dir?: 'ltr' | 'rtl' };

/** `lang` and `dir` for a text in `language`, as far as the page around it differs; nothing where it does not, so that no reader pays for it. */
export function written(language: string = TEXT_LANGUAGE): Written {
  const locale = getLocale();
  if (locale === language) return {};
  const dir = direction(language);
  return { lang: language, ...(dir !== direction(locale) && { dir }) };
}

/** The other way round: what brings words of the screen back inside a text of another language. */
export function aroundWritten(): Written {
  const { lang, dir } = written();
  return lang ? { lang: getLocale(), ...(dir && { dir: direction(getLocale()) }) } : {};
}

/** Both as they stand in a tag. */
export const attributesOf = (words: Written): string => (words.lang ? ` lang="${words.lang}"` : '') + (words.dir ? ` dir="${words.dir}"` : '');

/** Markup of the library, in a box of its own where the page is in another language. */
export function boxed(html: string): string {
  const attributes = attributesOf(written());
  return attributes ? `<div class="other"${attributes}>${html}</div>` : html;
}
