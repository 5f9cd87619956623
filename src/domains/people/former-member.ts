import { people_former_member, people_former_member_alone } from '#paraglide/messages.js';
import type { Locale } from '#paraglide/runtime.js';

// Two signs that no name may hold (`isHonestName`), written by db/policies/95-erasing.sql around the English words.
const MARKED = /\u2068A former member(?: of ([^\u2068\u2069]*))?\u2069/g;

/**
 * Says in the reader's language who is only known as a former member of an organization. Done on the whole page, because such a name
 * stands wherever any name may: in bylines, lists of readers, titles, rows of the log. A mail is said in the language of whoever gets it.
 */
export function sayFormerMembers(page: string, locale?: Locale): string {
  if (!page.includes('\u2068A former member')) return page;
  const options = locale ? { locale } : {};
  return page.replace(MARKED, (_, organization?: string) =>
    organization ? people_former_member({ organization }, options) : people_former_member_alone({}, options),
  );
}

/** The same for programs, in one stable form: English words, without the signs. */
export const plainFormerMembers = (text: string): string =>
  text.includes('\u2068A former member') ? text.replace(MARKED, (marked) => marked.slice(1, -1)) : text;
