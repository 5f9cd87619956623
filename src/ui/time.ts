/** Dates written out, as in "12 October 2026"; a day has no zone. */
export function formatDay(iso: string, locale: string): string {
  return new Intl.DateTimeFormat(speak(locale), { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(`${iso.slice(0, 10)}T00:00:00Z`));
}

/** A moment, as short as it can be said now: "11:20", "Sat 11:20", "12 Oct 11:20", "12 Oct 2025". */
export function formatTime(at: Date, timeZone: string | undefined, locale: string, now = new Date()): string {
  const day = (date: Date) => new Intl.DateTimeFormat('en-CA', timeZone ? { timeZone } : {}).format(date);
  const age = now.getTime() - at.getTime();
  const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  const options: Intl.DateTimeFormatOptions =
    day(at) === day(now)
      ? clock
      : age >= 0 && age < 6 * 86_400_000
        ? { weekday: 'short', ...clock }
        : day(at).slice(0, 4) === day(now).slice(0, 4)
          ? { day: 'numeric', month: 'short', ...clock }
          : { day: 'numeric', month: 'short', year: 'numeric' };
  return new Intl.DateTimeFormat(speak(locale), { ...options, ...(timeZone ? { timeZone } : {}) }).format(at);
}

/** The time of the day to the second, as the state of a stream is said: "10:42:07". */
export function formatClock(at: Date, timeZone: string, locale: string): string {
  return new Intl.DateTimeFormat(speak(locale), { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23', timeZone }).format(at);
}

/** A moment in full with its zone named: "23 Nov 2026, 02:49 (Africa/Nairobi)". */
export function formatMoment(at: Date, timeZone: string, locale: string): string {
  return `${new Intl.DateTimeFormat(speak(locale), { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone }).format(at)} (${timeZone})`;
}

// British order of day and month, which the house writes; a pseudo-locale formats like its base.
const speak = (locale: string) => (locale === 'en' || locale.endsWith('-XB') ? 'en-GB' : locale);
