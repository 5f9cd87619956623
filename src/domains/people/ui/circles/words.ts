import {
  circles_entry_invitation,
  circles_entry_open,
  circles_entry_request,
  circles_entry_rule,
  circles_rule_fits,
  circles_rule_kinds,
  circles_rule_regions,
  circles_rule_topics,
  circles_topic_ss7,
  circles_topic_ussd,
  circles_topic_stk,
  circles_topic_sim_swap,
  circles_topic_app_security,
  circles_topic_agents,
  circles_topic_authentication,
  circles_topic_cryptography,
  circles_topic_incident_response,
  circles_topic_fraud,
  circles_topic_audit,
  circles_topic_resilience,
  circles_topic_third_parties,
  circles_topic_interoperability,
  circles_topic_data_protection,
  circles_topic_consumer_protection,
  circles_topic_financial_inclusion,
  circles_topic_licensing,
  circles_topic_law,
  circles_topic_cooperation,
} from '#paraglide/messages.js';
import { getLocale } from '#paraglide/runtime.js';
import { kindName } from '../kinds.ts';

const topics: Record<string, () => string> = {
  ss7: circles_topic_ss7,
  ussd: circles_topic_ussd,
  stk: circles_topic_stk,
  'sim-swap': circles_topic_sim_swap,
  'app-security': circles_topic_app_security,
  agents: circles_topic_agents,
  authentication: circles_topic_authentication,
  cryptography: circles_topic_cryptography,
  'incident-response': circles_topic_incident_response,
  fraud: circles_topic_fraud,
  audit: circles_topic_audit,
  resilience: circles_topic_resilience,
  'third-parties': circles_topic_third_parties,
  interoperability: circles_topic_interoperability,
  'data-protection': circles_topic_data_protection,
  'consumer-protection': circles_topic_consumer_protection,
  'financial-inclusion': circles_topic_financial_inclusion,
  licensing: circles_topic_licensing,
  law: circles_topic_law,
  cooperation: circles_topic_cooperation,
};

/** A matter of the field in the reader's words; one that a hub added itself keeps the name it was given. */
export const topicName = (slug: string, name = slug): string => topics[slug]?.() ?? name;

type Rules = { entry: string; by_rule: boolean; rule_regions: string[]; rule_kinds: string[]; rule_topics: string[] };
/** How one comes into a circle, in a sentence. */
export function entryText({ entry, by_rule }: Rules): string {
  if (by_rule) return circles_entry_rule();
  return entry === 'open' ? circles_entry_open() : entry === 'request' ? circles_entry_request() : circles_entry_invitation();
}

/** Whom the rule of a circle fits, or nothing where it asks nothing. */
export function ruleText({ rule_regions, rule_kinds, rule_topics }: Rules): string {
  const list = (items: string[]) => new Intl.ListFormat(getLocale(), { type: 'disjunction' }).format(items);
  const parts = [
    rule_kinds.length ? circles_rule_kinds({ list: list(rule_kinds.map(kindName)) }) : '',
    rule_regions.length ? circles_rule_regions({ list: list(rule_regions) }) : '',
    rule_topics.length ? circles_rule_topics({ list: list(rule_topics.map((slug) => topicName(slug))) }) : '',
  ].filter(Boolean);
  return parts.length ? circles_rule_fits({ what: parts.join('; ') }) : '';
}
