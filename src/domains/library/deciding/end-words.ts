import { deciding_end_of_day } from '#paraglide/messages.js';
import { formatDay, formatMoment } from '#ui/time.ts';

const DAY = 86_400_000;

/** The end of a clock: "the end of 21 December 2026 (UTC)". Ends are midnights in UTC, and whoever reads "22 Dec, 00:00" takes it for the 22nd; anything else is said to the minute, in the reader's zone. */
export const endText = (at: Date, zone: string, locale: string): string =>
  at.getTime() % DAY
    ? formatMoment(at, zone, locale)
    : deciding_end_of_day({ day: formatDay(new Date(at.getTime() - 1).toISOString(), locale) }, { locale: locale as 'en' });
