import { changes_status_declined, changes_status_merged, changes_status_open, changes_status_withdrawn } from '#paraglide/messages.js';

type Status = 'open' | 'merged' | 'declined' | 'withdrawn';
const words: Record<Status, () => string> = {
  open: changes_status_open,
  merged: changes_status_merged,
  declined: changes_status_declined,
  withdrawn: changes_status_withdrawn,
};
const kinds = { open: 'solid', merged: 'yes', declined: 'no', withdrawn: 'plain' } as const;

/** The state of a change request in a word. */
export const statusWord = (status: Status): string => words[status]();
/** How its tag is printed. */
export const statusKind = (status: Status): (typeof kinds)[Status] => kinds[status];
