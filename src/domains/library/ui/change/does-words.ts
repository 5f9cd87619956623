import {
  changes_act_addresses,
  changes_act_edits,
  changes_act_moves,
  changes_act_renames,
  changes_does_addresses,
  changes_does_control_adds,
  changes_does_control_changes,
  changes_does_control_moves,
  changes_does_control_retires,
  changes_does_creates,
  changes_does_edits,
  changes_does_moves,
  changes_does_renames,
  changes_does_restores,
  changes_does_retires,
  changes_page_created,
  changes_page_restored,
  changes_page_retired,
} from '#paraglide/messages.js';
import type { Act, Does } from '../../what-it-does.ts';

const counted: Record<Act, (input: { count: number }) => string> = {
  creates: changes_does_creates,
  edits: changes_does_edits,
  renames: changes_does_renames,
  moves: changes_does_moves,
  addresses: changes_does_addresses,
  retires: changes_does_retires,
  restores: changes_does_restores,
  control_adds: changes_does_control_adds,
  control_changes: changes_does_control_changes,
  control_moves: changes_does_control_moves,
  control_retires: changes_does_control_retires,
};
const named: Partial<Record<Act, () => string>> = {
  creates: changes_page_created,
  retires: changes_page_retired,
  restores: changes_page_restored,
  edits: changes_act_edits,
  renames: changes_act_renames,
  moves: changes_act_moves,
  addresses: changes_act_addresses,
};

/** What a request does, a short sentence for each kind. */
export const doesWords = (does: Does): string[] => does.map(({ act, count }) => counted[act]({ count }));

/** What it does to one page, in a word or two. */
export const actWord = (act: Act): string => named[act]?.() ?? '';
