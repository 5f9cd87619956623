/** Every setting that stewards change on the screen: where it stands, what it may be, what it is until somebody sets it. The environment's settings: platform/config. */
import * as v from 'valibot';
import { readable } from './accent.ts';

export const LABELS = ['TLP:CLEAR', 'TLP:GREEN', 'TLP:AMBER', 'TLP:AMBER+STRICT', 'TLP:RED'] as const;
export type HubMark = { hash: string; png: string };

const tidy = (text: string) => text.replace(/\s+/g, ' ').trim();
const line = (most: number) => v.pipe(v.string(), v.transform(tidy), v.maxLength(most, 'hub.setting.too_long'));
const whole = (least: number, most: number) =>
  v.pipe(
    v.union([v.number(), v.pipe(v.string(), v.trim(), v.regex(/^\d{1,4}$/, 'hub.setting.number'))], 'hub.setting.number'),
    v.transform(Number),
    v.integer('hub.setting.number'),
    v.minValue(least, 'hub.setting.number'),
    v.maxValue(most, 'hub.setting.number'),
  );
const optional = <S extends v.GenericSchema<string, string>>(schema: S) => v.union([v.pipe(v.string(), v.trim(), v.literal('')), schema]);
const address = v.pipe(v.string(), v.trim(), v.maxLength(200, 'hub.setting.too_long'), v.email('hub.setting.address'));
const contact = v.pipe(
  v.string(),
  v.trim(),
  v.maxLength(200, 'hub.setting.too_long'),
  v.check((text) => /^(https:\/\/\S+|[^@\s]+@[^@\s]+\.[^@\s]+)$/.test(text), 'hub.setting.contact'),
);
const zones = new Set(['UTC', ...Intl.supportedValuesOf('timeZone')]);

/** The schema of each setting: what a form or a program may say, and what is kept. */
export const schemas = {
  hub_name: line(40),
  contact: optional(contact),
  imprint: v.pipe(
    v.string(),
    v.transform((text: string) => text.replace(/\r\n?/g, '\n').trim()),
    v.maxLength(4_000, 'hub.setting.too_long'),
  ),
  accent: optional(v.pipe(v.string(), v.trim(), v.toLowerCase(), v.regex(/^#[0-9a-f]{6}$/, 'hub.setting.colour'), v.check(readable, 'hub.setting.contrast'))),
  languages: v.pipe(
    v.array(v.string()),
    v.minLength(1, 'hub.setting.languages'),
    v.transform((all) => [...new Set(all)].sort()),
  ),
  language: v.pipe(v.string(), v.minLength(1, 'hub.setting.languages')),
  time_zone: v.pipe(
    v.string(),
    v.trim(),
    v.check((zone) => zones.has(zone), 'people.time_zone.unknown'),
  ),
  channel_label: v.picklist(LABELS, 'channels.ceiling.missing'),
  recovery_hours: whole(1, 336),
  invitation_days: whole(1, 60),
  session_days: whole(1, 90),
  idle_days: whole(1, 90),
  confirm_days: whole(90, 1095),
  confirm_grace_days: whole(7, 180),
  guest_days: whole(1, 365),
  outer_links: v.picklist(['off', 'public', 'all'], 'common.bad_input'),
  mail_name: line(60),
  mail_address: optional(address),
  sign_in_minimum: v.picklist(['nothing', 'second_factor', 'passkeys_only'], 'common.bad_input'),
  stewards_passkeys_only: v.boolean(),
} satisfies Record<string, v.GenericSchema>;

export type SettingName = keyof typeof schemas;
export type Settings = { [N in SettingName]: v.InferOutput<(typeof schemas)[N]> } & { mark: HubMark | null };

/** What holds until somebody sets it. The numbers stand in db/policies once more, where functions use them; a test compares. */
export const initial: Settings = {
  hub_name: '',
  contact: '',
  imprint: '',
  accent: '',
  mark: null,
  // None named: every language this version speaks.
  languages: [],
  language: 'en',
  time_zone: 'UTC',
  channel_label: 'TLP:GREEN',
  recovery_hours: 24,
  invitation_days: 7,
  session_days: 30,
  idle_days: 7,
  confirm_days: 365,
  confirm_grace_days: 30,
  guest_days: 90,
  outer_links: 'public',
  mail_name: '',
  mail_address: '',
  sign_in_minimum: 'nothing',
  stewards_passkeys_only: false,
};

/** The parts of the page, in its order. The mark is set by a form of its own. */
export const groups = {
  branding: ['hub_name', 'contact', 'imprint', 'accent'],
  languages: ['languages', 'language'],
  defaults: [
    'time_zone',
    'channel_label',
    'session_days',
    'idle_days',
    'invitation_days',
    'recovery_hours',
    'confirm_days',
    'confirm_grace_days',
    'guest_days',
    'outer_links',
  ],
  mail: ['mail_name', 'mail_address'],
  sign_in: ['sign_in_minimum', 'stewards_passkeys_only'],
} as const satisfies Record<string, readonly SettingName[]>;
export type Group = keyof typeof groups;
