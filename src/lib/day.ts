/** The locale whose dates and numbers a reader gets; pseudo-locales are for letters, not for calendars. */
const known = (locale: string) => (locale.endsWith('-XB') ? 'en-GB' : locale === 'en' ? 'en-GB' : locale);

/** A day written out: 12 October 2026. */
export const day = (at: Date | string, locale: string, timeZone = 'UTC'): string => new Intl.DateTimeFormat(known(locale), { dateStyle: 'long', timeZone }).format(new Date(at));

/** A day and time, with the zone named: 12 October 2026 at 08:41 UTC. */
export const moment = (at: Date | string, locale: string, timeZone = 'UTC'): string =>
  new Intl.DateTimeFormat(known(locale), { year: 'numeric', month: 'long', day: 'numeric', hour: '2-digit', minute: '2-digit', timeZoneName: 'short', timeZone }).format(new Date(at));

/** A number in the reader's digits and grouping. */
export const count = (n: number, locale: string): string => new Intl.NumberFormat(known(locale)).format(n);
