/** The time of day in a member's time zone, to the second, as the status line says it. */
export const clock = (moment: Date, zone?: string): string =>
  new Intl.DateTimeFormat(document.documentElement.lang.replace(/-XB$/, ''), {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    ...(zone && { timeZone: zone }),
  }).format(moment);
