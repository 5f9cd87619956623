import { baseLocale, getLocale, locales, type Locale } from '#paraglide/runtime.js';

/** The name of each language in itself, as the foot of every page shows it. */
export const localeNames: Record<Locale, string> = { en: 'English', 'ar-XB': '[Þšéûđö]' };

/** Splits a locale prefix off an address: `/ar-XB/library` is `ar-XB` and `/library`. `/en/…` works too, for links that insist. */
export function splitLocale(pathname: string): { locale: Locale | undefined; path: string } {
  const [, first = '', rest = ''] = /^\/([^/]+)(\/.*)?$/.exec(pathname) ?? [];
  const locale = locales.find((known) => known === first);
  // One slash, however many were written: an address that begins with two names another host, and the hub sends people to what stands here.
  return locale ? { locale, path: rest.replace(/^\/+/, '/') || '/' } : { locale: undefined, path: pathname };
}

/** Writing direction of a locale. */
export function direction(locale: string): 'ltr' | 'rtl' {
  return /^(ar|fa|he|ur|ps|dv)\b/.test(locale) ? 'rtl' : 'ltr';
}

/** Puts the reader's locale before an inner address; whatever has one, or is no inner address, comes back as it is. */
export function to(path: string, locale: Locale = getLocale()): string {
  if (locale === baseLocale || !/^\/(?!\/)/.test(path) || splitLocale(path).locale) return path;
  return `/${locale}${path === '/' ? '' : path}`;
}

/** The same page in another language; the base locale is named too, so that it wins over a browser's preference. */
export function inLocale(path: string, locale: Locale): string {
  return `/${locale}${path === '/' ? '' : path}`;
}
