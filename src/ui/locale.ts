import { baseLocale, getLocale, locales, type Locale } from '#paraglide/runtime.js';

/** The name of each language in itself, as the foot of every page shows it. */
export const localeNames: Record<Locale, string> = { en: 'English', 'ar-XB': '[Þšéûđö]' };

/** Splits a locale prefix off an address: `/ar-XB/library` is `ar-XB` and `/library`. */
export function splitLocale(pathname: string): { locale: Locale | undefined; path: string } {
  const [, first = '', rest = ''] = /^\/([^/]+)(\/.*)?$/.exec(pathname) ?? [];
  const locale = locales.find((known) => known !== baseLocale && known === first);
  return locale ? { locale, path: rest || '/' } : { locale: undefined, path: pathname };
}

/** Writing direction of a locale; `XB` is the region of right-to-left pseudo-locales. */
export function direction(locale: string): 'ltr' | 'rtl' {
  return /^(ar|fa|he|ur|ps|dv)\b/.test(locale) ? 'rtl' : 'ltr';
}

/** Puts the reader's locale before an address of this hub: every inner link goes through it. */
export function to(path: string, locale: Locale = getLocale()): string {
  return locale === baseLocale || !path.startsWith('/') ? path : `/${locale}${path === '/' ? '' : path}`;
}
