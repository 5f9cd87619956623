/** What each setting is called, and how its values are said. */
import {
  hub_by_default,
  hub_empty,
  hub_needs_two_longer,
  hub_needs_two_off,
  hub_needs_two_other,
  hub_needs_two_shorter,
  hub_needs_two_weaker,
  hub_off,
  hub_on,
  hub_picture,
  hub_setting_accent,
  hub_setting_accent_help,
  hub_setting_channel_label,
  hub_setting_channel_label_help,
  hub_setting_contact,
  hub_setting_contact_help,
  hub_setting_hub_name,
  hub_setting_hub_name_help,
  hub_setting_imprint,
  hub_setting_imprint_help,
  hub_setting_confirm_days,
  hub_setting_confirm_days_help,
  hub_setting_confirm_grace_days,
  hub_setting_confirm_grace_days_help,
  hub_setting_guest_days,
  hub_setting_guest_days_help,
  hub_setting_invitation_days,
  hub_setting_invitation_days_help,
  hub_setting_language,
  hub_setting_languages,
  hub_setting_mail_address,
  hub_setting_mail_name,
  hub_setting_outer_links,
  hub_setting_outer_links_help,
  hub_needs_two_links,
  hub_links_all,
  hub_links_off,
  hub_links_public,
  hub_setting_mail_name_help,
  hub_setting_mark,
  hub_setting_recovery_hours,
  hub_setting_recovery_hours_help,
  hub_setting_idle_days,
  hub_setting_idle_days_help,
  hub_setting_session_days,
  hub_setting_session_days_help,
  hub_setting_sign_in_minimum,
  hub_setting_sign_in_minimum_help,
  hub_setting_stewards_passkeys_only,
  hub_setting_time_zone,
  hub_setting_time_zone_help,
  hub_sign_in_nothing,
  hub_sign_in_passkeys_only,
  hub_sign_in_second_factor,
} from '#paraglide/messages.js';
import type { SettingName } from '#platform/settings/table.ts';

const names: Record<SettingName | 'mark', () => string> = {
  hub_name: hub_setting_hub_name,
  contact: hub_setting_contact,
  imprint: hub_setting_imprint,
  accent: hub_setting_accent,
  mark: hub_setting_mark,
  languages: hub_setting_languages,
  language: hub_setting_language,
  time_zone: hub_setting_time_zone,
  channel_label: hub_setting_channel_label,
  session_days: hub_setting_session_days,
  idle_days: hub_setting_idle_days,
  confirm_days: hub_setting_confirm_days,
  confirm_grace_days: hub_setting_confirm_grace_days,
  guest_days: hub_setting_guest_days,
  outer_links: hub_setting_outer_links,
  invitation_days: hub_setting_invitation_days,
  recovery_hours: hub_setting_recovery_hours,
  mail_name: hub_setting_mail_name,
  mail_address: hub_setting_mail_address,
  sign_in_minimum: hub_setting_sign_in_minimum,
  stewards_passkeys_only: hub_setting_stewards_passkeys_only,
};

const helps: Partial<Record<SettingName, () => string>> = {
  hub_name: hub_setting_hub_name_help,
  contact: hub_setting_contact_help,
  imprint: hub_setting_imprint_help,
  accent: hub_setting_accent_help,
  time_zone: hub_setting_time_zone_help,
  channel_label: hub_setting_channel_label_help,
  session_days: hub_setting_session_days_help,
  idle_days: hub_setting_idle_days_help,
  confirm_days: hub_setting_confirm_days_help,
  confirm_grace_days: hub_setting_confirm_grace_days_help,
  guest_days: hub_setting_guest_days_help,
  outer_links: hub_setting_outer_links_help,
  invitation_days: hub_setting_invitation_days_help,
  recovery_hours: hub_setting_recovery_hours_help,
  mail_name: hub_setting_mail_name_help,
  sign_in_minimum: hub_setting_sign_in_minimum_help,
};

const choices: Record<string, () => string> = {
  nothing: hub_sign_in_nothing,
  second_factor: hub_sign_in_second_factor,
  passkeys_only: hub_sign_in_passkeys_only,
};
/** Which links out of the hub are asked. */
export const askedLinks: Record<string, () => string> = { off: hub_links_off, public: hub_links_public, all: hub_links_all };

/** What a setting is called; one that this version does not know, by its own name. */
export const settingName = (name: string): string => names[name as SettingName]?.() ?? name;

/** What stands below its name. */
export const settingHelp = (name: SettingName): string | undefined => helps[name]?.();

/** Which way needs a second steward, said beforehand: as app.setting_loosens has it. */
const loosens: Partial<Record<SettingName, () => string>> = {
  session_days: hub_needs_two_longer,
  idle_days: hub_needs_two_longer,
  invitation_days: hub_needs_two_longer,
  confirm_days: hub_needs_two_longer,
  confirm_grace_days: hub_needs_two_longer,
  guest_days: hub_needs_two_longer,
  outer_links: hub_needs_two_links,
  recovery_hours: hub_needs_two_shorter,
  sign_in_minimum: hub_needs_two_weaker,
  stewards_passkeys_only: hub_needs_two_off,
  mail_address: hub_needs_two_other,
};
export const loosenText = (name: SettingName): string | undefined => loosens[name]?.();
/** The settings that can loosen security. */
export const LOOSENING = Object.keys(loosens) as SettingName[];

/** A value as the history shows it. */
export function settingValue(name: string, value: unknown): string {
  if (name === 'mark') return hub_picture();
  if (value === null || value === undefined || (Array.isArray(value) && value.length === 0)) return hub_by_default();
  if (typeof value === 'boolean') return value ? hub_on() : hub_off();
  if (Array.isArray(value)) return value.join(', ');
  const said = name === 'sign_in_minimum' ? choices : name === 'outer_links' ? askedLinks : {};
  return said[String(value)]?.() ?? (String(value).slice(0, 80) || hub_empty());
}
