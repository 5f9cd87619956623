import { settingName, settingValue } from '#domains/hub/ui/words.ts';
import { questionText } from '#domains/people/joining/application-words.ts';
import { dutyName } from '#domains/people/ui/kinds.ts';
import {
  govern_act_expel_organization,
  govern_act_expel_organization_text,
  govern_act_open_pseudonym,
  govern_act_open_pseudonym_text,
  govern_fact_audience,
  govern_fact_circles,
  govern_fact_domains,
  govern_fact_loses_duty,
  govern_fact_sso,
  govern_fact_people,
  govern_act_give_duty,
  govern_act_give_duty_text,
  govern_act_lift_hold,
  govern_act_lift_hold_text,
  govern_act_lift_discuss,
  govern_act_lift_discuss_text,
  govern_act_loosen_rules,
  govern_act_loosen_rules_text,
  govern_act_loosen_setting,
  govern_act_loosen_setting_text,
  govern_act_other,
  govern_act_pseudonymise,
  govern_act_pseudonymise_text,
  govern_act_shorten_checklist,
  govern_act_shorten_checklist_text,
  govern_act_shorten_retention,
  govern_act_shorten_retention_text,
  govern_act_take_duty,
  govern_act_take_duty_text,
  govern_fact_added,
  govern_fact_asked_by,
  govern_fact_asked_on,
  govern_fact_days_now,
  govern_fact_days_wanted,
  govern_fact_discuss,
  govern_fact_duty,
  govern_fact_held,
  govern_fact_for_good,
  govern_fact_held_why,
  govern_fact_hold,
  govern_fact_whose,
  govern_fact_kept,
  govern_fact_label,
  govern_fact_left_on,
  govern_fact_name,
  govern_fact_none,
  govern_fact_now,
  govern_fact_organizations,
  govern_fact_placed_by,
  govern_fact_placed_on,
  govern_fact_reason,
  govern_fact_request,
  govern_fact_jurisdiction,
  govern_fact_rules_now,
  govern_fact_rules_wanted,
  govern_fact_space,
  govern_fact_reference,
  govern_fact_setting,
  govern_fact_stays,
  govern_fact_taken_away,
  govern_fact_version,
  govern_fact_wanted,
  govern_state_declined,
  govern_state_done,
  govern_state_lapsed,
  govern_state_open,
  govern_state_withdrawn,
} from '#paraglide/messages.js';
import { getLocale } from '#paraglide/runtime.js';
import { formatDay } from '#ui/time.ts';
import { keptName, scopeWords } from './kept-words.ts';
import type { ActState, Facts } from './model.ts';
import { type Rules, rulesText } from './rules-text.ts';

const text = (value: unknown) => (typeof value === 'string' ? value : '');
type Words = { title: (facts: Facts) => string; text: (facts: Facts) => string };
const named = (facts: Facts) => ({ name: text(facts.name), duty: dutyName(text(facts.duty)) });

/** The words of each kind of act: what is done, and what follows from it. */
const kinds: Record<string, Words> = {
  give_duty: { title: (facts) => govern_act_give_duty(named(facts)), text: (facts) => govern_act_give_duty_text(named(facts)) },
  pseudonymise: { title: (facts) => govern_act_pseudonymise({ name: text(facts.name) }), text: () => govern_act_pseudonymise_text() },
  lift_hold: { title: (facts) => govern_act_lift_hold({ reference: text(facts.reference) }), text: () => govern_act_lift_hold_text() },
  loosen_setting: {
    title: ({ setting, wanted }) => govern_act_loosen_setting({ setting: settingName(text(setting)), value: settingValue(text(setting), wanted) }),
    text: () => govern_act_loosen_setting_text(),
  },
  lift_discuss: {
    title: ({ jurisdiction, request }) => govern_act_lift_discuss({ jurisdiction: text(jurisdiction), request: text(request) }),
    text: ({ jurisdiction }) => govern_act_lift_discuss_text({ jurisdiction: text(jurisdiction) }),
  },
  loosen_rules: { title: ({ space }) => govern_act_loosen_rules({ space: text(space) }), text: () => govern_act_loosen_rules_text() },
  shorten_checklist: {
    title: ({ taken_away }) => govern_act_shorten_checklist({ count: Array.isArray(taken_away) ? taken_away.length : 0 }),
    text: () => govern_act_shorten_checklist_text(),
  },
  shorten_retention: {
    title: ({ kept, label, days_wanted }) =>
      govern_act_shorten_retention({ kept: [keptName(text(kept)), text(label)].filter(Boolean).join(' '), days: Number(days_wanted) }),
    text: () => govern_act_shorten_retention_text(),
  },
  open_pseudonym: { title: (facts) => govern_act_open_pseudonym(named(facts)), text: () => govern_act_open_pseudonym_text() },
  expel_organization: { title: (facts) => govern_act_expel_organization(named(facts)), text: (facts) => govern_act_expel_organization_text(named(facts)) },
  take_duty: { title: (facts) => govern_act_take_duty(named(facts)), text: (facts) => govern_act_take_duty_text(named(facts)) },
};

/** What an act does, in a line. A kind without words of its own is shown by its name and its facts. */
export const actTitle = (kind: string, facts: Facts): string => kinds[kind]?.title(facts) ?? govern_act_other({ kind: kind.replaceAll('_', ' ') });
/** What follows from it, in a sentence or two. */
export const actText = (kind: string, facts: Facts): string => kinds[kind]?.text(facts) ?? '';

const labels: Record<string, () => string> = {
  audience: govern_fact_audience,
  people: govern_fact_people,
  stewards: govern_fact_loses_duty,
  domains: govern_fact_domains,
  sso: govern_fact_sso,
  circles: govern_fact_circles,
  name: govern_fact_name,
  duty: govern_fact_duty,
  discuss: govern_fact_discuss,
  request: govern_fact_request,
  jurisdiction: govern_fact_jurisdiction,
  held: govern_fact_held,
  organizations: govern_fact_organizations,
  reference: govern_fact_reference,
  hold: govern_fact_hold,
  whose: govern_fact_whose,
  held_why: govern_fact_held_why,
  reason: govern_fact_reason,
  placed_by: govern_fact_placed_by,
  placed_on: govern_fact_placed_on,
  left_on: govern_fact_left_on,
  asked_by: govern_fact_asked_by,
  asked_on: govern_fact_asked_on,
  setting: govern_fact_setting,
  now: govern_fact_now,
  wanted: govern_fact_wanted,
  kept: govern_fact_kept,
  label: govern_fact_label,
  days_now: govern_fact_days_now,
  days_wanted: govern_fact_days_wanted,
  version: govern_fact_version,
  taken_away: govern_fact_taken_away,
  added: govern_fact_added,
  stays: govern_fact_stays,
  space: govern_fact_space,
  rules_now: govern_fact_rules_now,
  rules_wanted: govern_fact_rules_wanted,
};
const shownValue = (key: string, value: unknown, facts: Facts): string => {
  if (key === 'rules_now' || key === 'rules_wanted') return rulesText(value as Rules);
  if (key === 'setting') return settingName(text(value));
  if (key === 'now' || key === 'wanted') return settingValue(text(facts.setting), value);
  if (value === null && key === 'sso') return govern_fact_none();
  if (key === 'hold') return scopeWords[text(value) as keyof typeof scopeWords]?.() ?? text(value);
  if (key === 'placed_on' || key === 'left_on' || key === 'asked_on') return value ? formatDay(text(value), getLocale()) : '';
  if (key === 'kept') return keptName(text(value));
  if (key === 'days_now' && value === null) return govern_fact_for_good();
  if (Array.isArray(value))
    return value.length ? new Intl.ListFormat(getLocale()).format(value.map((each) => shownValue(key, each, facts))) : govern_fact_none();
  if (key === 'taken_away' || key === 'added' || key === 'stays') return questionText(text(value), '');
  if (key === 'duty' || key === 'held') return dutyName(String(value));
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? '');
};

/** The facts that both people read, each with its label; none is left out but the address part of a name. */
export const factRows = (facts: Facts): { label: string; value: string }[] =>
  Object.entries(facts)
    .filter(([key, value]) => key !== 'slug' && !((key === 'label' || key === 'whose') && value === null))
    .map(([key, value]) => ({ label: labels[key]?.() ?? key.replaceAll('_', ' '), value: shownValue(key, value, facts) }));

const states: Record<ActState, () => string> = {
  open: govern_state_open,
  lapsed: govern_state_lapsed,
  done: govern_state_done,
  declined: govern_state_declined,
  withdrawn: govern_state_withdrawn,
};
export const stateName = (state: ActState): string => states[state]();
