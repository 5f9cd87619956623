import { AsyncLocalStorage } from 'node:async_hooks';
import { baseLocale, locales, overwriteGetLocale, type Locale } from '#paraglide/runtime.js';

const reader = new AsyncLocalStorage<Locale>();
overwriteGetLocale(() => reader.getStore() ?? baseLocale);

/** Runs work with every message in the given locale. */
export const withLocale = <T>(locale: Locale, work: () => T): T => reader.run(locale, work);

/** The locales this version speaks; the pseudo-locale only where somebody tests with it. */
export function spokenLocales(): Locale[] {
  return locales.filter((locale) => !locale.endsWith('-XB') || process.env['INDABA_PSEUDO'] === '1');
}

let hubs: { languages: string[]; language: string } = { languages: [], language: baseLocale };

/** Says which languages the hub offers (none named: all it speaks), and which to speak to whoever has not chosen. */
export function offerLocales({ languages, language }: typeof hubs): void {
  hubs = { languages, language };
}

/** The locales a reader may choose. */
export function offeredLocales(): Locale[] {
  const spoken = spokenLocales();
  const offered = spoken.filter((locale) => hubs.languages.includes(locale));
  return offered.length ? offered : spoken;
}

/** What to speak when the address does not say: the cookie of an earlier choice, then the browser's list, then the hub's own. */
export function negotiate(cookie: string | undefined, accept: string | null): Locale {
  const offered = offeredLocales();
  const chosen = offered.find((locale) => locale === cookie);
  if (chosen) return chosen;
  const wanted = (accept ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', ...rest] = part.trim().split(';');
      const q = rest.find((param) => param.trim().startsWith('q='));
      return { tag: tag.toLowerCase(), q: q ? Number(q.split('=')[1]) || 0 : 1 };
    })
    .filter(({ tag, q }) => tag && q > 0)
    .sort((a, b) => b.q - a.q);
  for (const { tag } of wanted) {
    const exact = offered.find((locale) => locale.toLowerCase() === tag) ?? offered.find((locale) => locale === tag.split('-')[0]);
    if (exact) return exact;
  }
  return offered.find((locale) => locale === hubs.language) ?? offered[0] ?? baseLocale;
}
