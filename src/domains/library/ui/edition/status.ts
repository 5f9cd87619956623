import { editions_status_draft, editions_status_in_force, editions_status_superseded, editions_status_withdrawn } from '#paraglide/messages.js';
import type { EditionStatus } from '../../editions/model.ts';

const words: Record<EditionStatus, () => string> = {
  draft: editions_status_draft,
  in_force: editions_status_in_force,
  superseded: editions_status_superseded,
  withdrawn: editions_status_withdrawn,
};
/** How it stands with an edition, in a word. */
export const statusName = (status: EditionStatus): string => words[status]();
