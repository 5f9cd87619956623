import {
  directory_field_about,
  directory_field_expertise,
  directory_field_hours,
  directory_field_languages,
  directory_field_mail,
  directory_field_phone,
  directory_field_position,
  directory_field_time_zone,
  directory_hours,
  directory_on_call_days_always,
  directory_on_call_every_day,
  directory_on_call_hours,
  directory_shown_circles,
  directory_shown_members,
  directory_shown_nobody,
  directory_shown_organization,
} from '#paraglide/messages.js';
import { getLocale } from '#paraglide/runtime.js';
import type { FieldName, ShownTo } from '../../directory/model.ts';
import { topicName } from '../circles/words.ts';

export const fieldNames: Record<FieldName, () => string> = {
  position: directory_field_position,
  about: directory_field_about,
  expertise: directory_field_expertise,
  languages: directory_field_languages,
  time_zone: directory_field_time_zone,
  hours: directory_field_hours,
  phone: directory_field_phone,
  mail: directory_field_mail,
};
export const shownNames: Record<ShownTo, () => string> = {
  nobody: directory_shown_nobody,
  organization: directory_shown_organization,
  circles: directory_shown_circles,
  members: directory_shown_members,
};

/** A language by its tag, in the reader's words. */
export const languageName = (tag: string): string => new Intl.DisplayNames([getLocale()], { type: 'language' }).of(tag) ?? tag;
const list = (items: string[]) => new Intl.ListFormat(getLocale()).format(items);
/** The time in a zone at this moment, as on a clock. */
export const timeIn = (zone: string): string => new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: zone }).format(new Date());

/** What somebody says of themselves in one field, as a reader reads it. */
export function fieldText(field: FieldName, words: string[]): string {
  if (field === 'expertise') return list(words.map((slug) => topicName(slug)));
  if (field === 'languages') return list(words.map(languageName));
  if (field === 'hours') return directory_hours({ from: words[0] ?? '', to: words[1] ?? '' });
  return field === 'time_zone' ? `${timeIn(words[0] ?? 'UTC')} (${words[0]})` : (words[0] ?? '');
}

/** A day of the week by its number, 1 is Monday. */
export const dayName = (day: number): string =>
  new Intl.DateTimeFormat(getLocale(), { weekday: 'short', timeZone: 'UTC' }).format(new Date(Date.UTC(2024, 0, day)));

/** When somebody on call can be reached, with the time zone named. */
export function onCallHours({ days, opens, closes, time_zone }: { days: number[]; opens: string | null; closes: string | null; time_zone: string }): string {
  const named = days.length === 7 ? directory_on_call_every_day() : list(days.map(dayName));
  return opens && closes
    ? directory_on_call_hours({ days: named, from: opens, to: closes, zone: time_zone })
    : directory_on_call_days_always({ days: named, zone: time_zone });
}
