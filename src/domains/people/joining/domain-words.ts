import {
  people_domain_alike_foreign_letters,
  people_domain_alike_inside,
  people_domain_alike_one_letter,
  people_domain_alike_other_ending,
  people_domain_alike_same_shape,
  people_domain_result_absent,
  people_domain_result_found,
  people_domain_result_no_domain,
  people_domain_result_other,
  people_domain_result_taken,
  people_domain_result_unreachable,
} from '#paraglide/messages.js';
import { type LookAlike, shown } from './look-alike.ts';

const results: Record<string, () => string> = {
  found: people_domain_result_found,
  absent: people_domain_result_absent,
  other: people_domain_result_other,
  no_domain: people_domain_result_no_domain,
  unreachable: people_domain_result_unreachable,
  taken: people_domain_result_taken,
};

/** What the last look into the DNS found, in a sentence. */
export const resultText = (result: string): string => results[result]?.() ?? '';

/** What is odd about a domain, in a sentence. */
export function alikeText(domain: string, { why, domain: other = '' }: LookAlike): string {
  if (why === 'foreign_letters') return people_domain_alike_foreign_letters({ shown: shown(domain) });
  const words = {
    same_shape: people_domain_alike_same_shape,
    one_letter: people_domain_alike_one_letter,
    other_ending: people_domain_alike_other_ending,
    inside: people_domain_alike_inside,
  };
  return words[why]({ domain: other });
}
