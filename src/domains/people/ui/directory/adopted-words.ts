import {
  directory_adopted_in_part,
  directory_adopted_in_part_year,
  directory_adopted_planned,
  directory_adopted_planned_year,
  directory_adopted_shown_members,
  directory_adopted_shown_organization,
  directory_adopted_shown_public,
  directory_adopted_whole,
  directory_adopted_whole_year,
} from '#paraglide/messages.js';
import type { AdoptedReaders, AdoptedState } from '../../directory/model.ts';

export const stateNames: Record<AdoptedState, () => string> = {
  adopted: directory_adopted_whole,
  in_part: directory_adopted_in_part,
  planned: directory_adopted_planned,
};
const inYear: Record<AdoptedState, (words: { year: string }) => string> = {
  adopted: directory_adopted_whole_year,
  in_part: directory_adopted_in_part_year,
  planned: directory_adopted_planned_year,
};
export const readersNames: Record<AdoptedReaders, () => string> = {
  public: directory_adopted_shown_public,
  members: directory_adopted_shown_members,
  organization: directory_adopted_shown_organization,
};

/** How far a space was adopted, with the year where one is said. */
export const adoptedText = ({ state, year }: { state: AdoptedState; year: number | null }): string =>
  year === null ? stateNames[state]() : inYear[state]({ year: String(year) });
