/** Shapes of the directory; the browser may import this file. */
import * as v from 'valibot';
import { Email, isHonestName, TimeZone } from '../model.ts';

/** What one may say of oneself, in the order of the form. The name and where one works are always shown: one stands by what one writes. */
export const FIELDS = ['position', 'about', 'expertise', 'languages', 'time_zone', 'hours', 'phone', 'mail'] as const;
export const SHOWN_TO = ['nobody', 'organization', 'circles', 'members'] as const;
export type FieldName = (typeof FIELDS)[number];
export type ShownTo = (typeof SHOWN_TO)[number];
/** Languages offered for choosing, as BCP 47 tags; each is named in the reader's own. */
export const LANGUAGES = [
  'ar',
  'zh',
  'en',
  'fr',
  'ru',
  'es',
  'pt',
  'sw',
  'am',
  'bn',
  'de',
  'ha',
  'hi',
  'id',
  'ja',
  'km',
  'lo',
  'mn',
  'ne',
  'rw',
  'si',
  'so',
  'sn',
  'tg',
  'th',
  'ur',
  'uz',
  'vi',
  'yo',
  'zu',
] as const;

const list = <T extends v.GenericSchema<string, string>>(one: T) =>
  v.optional(
    v.pipe(
      v.union([v.string(), v.array(v.string())]),
      v.transform((value) => [...new Set((Array.isArray(value) ? value : [value]).filter(Boolean))]),
      v.array(one),
      v.maxLength(20, 'people.profile.too_many'),
    ),
    [],
  );
const text = (most: number) => v.optional(v.pipe(v.string(), v.trim(), v.maxLength(most, 'people.profile.long')), '');
const clock = v.optional(v.pipe(v.string(), v.trim(), v.regex(/^(([01]\d|2[0-3]):[0-5]\d)?$/, 'people.profile.time')), '');
const phone = v.optional(v.pipe(v.string(), v.trim(), v.regex(/^(\+?[\d\s().-]{2,58})?$/, 'people.profile.phone')), '');
const mail = v.optional(v.union([v.literal(''), Email], 'people.email.not_an_address'), '');
const shown = v.optional(v.picklist(SHOWN_TO, 'people.profile.shown_to'), 'members');
const tags = list(v.pipe(v.string(), v.regex(/^[a-z]{2,3}(-[A-Za-z]{2,4})?$/, 'people.locale.unknown')));

export const ProfileFields = v.object({
  position: text(120),
  about: text(600),
  expertise: list(v.pipe(v.string(), v.maxLength(40))),
  languages: tags,
  opens: clock,
  closes: clock,
  phone,
  mail,
  shown_position: shown,
  shown_about: shown,
  shown_expertise: shown,
  shown_languages: shown,
  shown_time_zone: shown,
  shown_hours: shown,
  shown_phone: shown,
  shown_mail: shown,
});
export type ProfileFields = v.InferOutput<typeof ProfileFields>;

export const OnCallInput = v.object({
  name: v.pipe(
    v.string(),
    v.trim(),
    v.minLength(1, 'people.on_call.name_missing'),
    v.maxLength(120, 'people.name.long'),
    v.check(isHonestName, 'people.name.dishonest'),
  ),
  member: v.optional(v.pipe(v.string(), v.maxLength(80)), ''),
  phone,
  mail,
  days: v.pipe(
    v.optional(v.union([v.string(), v.number(), v.array(v.union([v.string(), v.number()]))]), ['1', '2', '3', '4', '5', '6', '7']),
    v.transform((value) => [...new Set((Array.isArray(value) ? value : [value]).map(Number))].sort()),
    v.array(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(7))),
    v.minLength(1, 'people.on_call.days_missing'),
  ),
  opens: clock,
  closes: clock,
  time_zone: TimeZone,
  languages: tags,
  place: v.optional(
    v.pipe(
      v.union([v.string(), v.number()]),
      v.transform(Number),
      v.integer('people.on_call.place'),
      v.minValue(1, 'people.on_call.place'),
      v.maxValue(99, 'people.on_call.place'),
    ),
    1,
  ),
  audience_id: v.optional(v.pipe(v.union([v.string(), v.number()]), v.transform(Number), v.integer(), v.minValue(2)), 2),
});

export const ADOPTED_STATES = ['adopted', 'in_part', 'planned'] as const;
export const ADOPTED_READERS = ['public', 'members', 'organization'] as const;
export type AdoptedState = (typeof ADOPTED_STATES)[number];
export type AdoptedReaders = (typeof ADOPTED_READERS)[number];
export const AdoptedInput = v.object({
  space: v.pipe(v.string(), v.maxLength(120)),
  state: v.picklist(ADOPTED_STATES, 'people.adopted.state'),
  year: v.optional(
    v.pipe(
      v.nullable(v.union([v.string(), v.number()])),
      v.transform((value) => (value === '' || value === null ? null : Number(value))),
      v.nullable(
        v.pipe(
          v.number('people.adopted.year'),
          v.integer('people.adopted.year'),
          v.minValue(1990, 'people.adopted.year'),
          v.maxValue(2100, 'people.adopted.year'),
        ),
      ),
    ),
    null,
  ),
  words: v.optional(v.pipe(v.string(), v.trim(), v.maxLength(200, 'people.adopted.long')), ''),
  shown_to: v.optional(v.picklist(ADOPTED_READERS, 'people.adopted.shown_to'), 'members'),
});

/** What the directory is asked for; unknown words find nothing. */
export type Wanted = {
  q?: string;
  country?: string;
  region?: string;
  kind?: string;
  expertise?: string;
  language?: string;
  /** Slug of a space that their organization says it adopted, whole or in part. */
  adopted?: string;
  /** One IANA name: theirs, as they show it. */
  zone?: string;
  now?: boolean;
  after?: string;
  limit?: number;
};
