import {
  people_application_now_admitted,
  people_application_now_confirmed,
  people_application_now_expired,
  people_application_now_proved,
  people_application_now_received,
  people_application_now_refused,
  people_application_now_second,
  people_application_now_vetting,
  people_application_now_vetting_unproved,
  people_application_now_withdrawn,
  people_application_state_admitted,
  people_application_state_confirmed,
  people_application_state_expired,
  people_application_state_proved,
  people_application_state_received,
  people_application_state_refused,
  people_application_state_second,
  people_application_state_vetting,
  people_application_state_withdrawn,
  people_vet_question_called_back,
  people_vet_question_contacts_known,
  people_vet_question_domain,
  people_vet_question_mandate,
  people_vet_question_no_duplicate,
  people_vet_question_no_objection,
} from '#paraglide/messages.js';
import type { ApplicationState } from './application.ts';

const names: Record<ApplicationState, () => string> = {
  received: people_application_state_received,
  confirmed: people_application_state_confirmed,
  proved: people_application_state_proved,
  vetting: people_application_state_vetting,
  second: people_application_state_second,
  admitted: people_application_state_admitted,
  refused: people_application_state_refused,
  withdrawn: people_application_state_withdrawn,
  expired: people_application_state_expired,
};
/** Where an application stands, in a word or two. */
export const stateName = (state: ApplicationState): string => names[state]();

/** The way of an application, for a row of steps; the last one is how it ended. */
export const STEPS: ApplicationState[] = ['received', 'confirmed', 'proved', 'vetting', 'second', 'admitted'];

/** Where an application stands and what comes next, in sentences for the applicant. */
export function stateText({ state, name, domain, proved_at }: { state: ApplicationState; name: string; domain: string; proved_at: unknown }): string {
  const words = { organization: name, domain };
  if (state === 'vetting') return proved_at ? people_application_now_vetting() : people_application_now_vetting_unproved(words);
  const texts = {
    received: people_application_now_received,
    confirmed: people_application_now_confirmed,
    proved: people_application_now_proved,
    second: people_application_now_second,
    admitted: people_application_now_admitted,
    refused: people_application_now_refused,
    withdrawn: people_application_now_withdrawn,
    expired: people_application_now_expired,
  };
  return texts[state](words);
}

const questions: Record<string, () => string> = {
  mandate: people_vet_question_mandate,
  domain: people_vet_question_domain,
  called_back: people_vet_question_called_back,
  contacts_known: people_vet_question_contacts_known,
  no_objection: people_vet_question_no_objection,
  no_duplicate: people_vet_question_no_duplicate,
};
/** A question of the checklist: the hub's own words where it has some. */
export const questionText = (code: string, own: string): string => own || (questions[code]?.() ?? code);
