/** A moment before now: `-40m`, `-5h`, or `-3d 14:08`, which is that time of day, in UTC, three days ago. */
export type When = `-${number}m` | `-${number}h` | `-${number}d ${number}:${number}`;

const shape = /^-(\d+)(?:(m|h)|d (\d\d):(\d\d))$/;

/** Turns a relative moment into a date. Throws a RangeError on anything else. */
export function before(now: Date, when: string): Date {
  const found = shape.exec(when);
  if (!found) throw new RangeError(`not a moment: ${when}`);
  const [, count, unit, hour, minute] = found;
  if (unit) return new Date(now.getTime() - Number(count) * (unit === 'h' ? 3_600_000 : 60_000));
  const day = new Date(now);
  day.setUTCDate(day.getUTCDate() - Number(count));
  day.setUTCHours(Number(hour), Number(minute), 0, 0);
  return day;
}
