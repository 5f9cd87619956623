import type { Tx } from '#platform/database/open.server.ts';
import { disposeComment } from './dispose-comment.server.ts';
import { makeComment } from './make-comment.server.ts';
import type { Planned } from './plan-sheet.server.ts';

/** Does what was planned for one row of a sheet; what a row says the second time adds nothing. Refuses as commenting and disposing do. */
export async function takeRow(tx: Tx, planned: Planned): Promise<void> {
  if (planned.act === 'make') await makeComment(tx, planned.input);
  else if (planned.act === 'dispose') await disposeComment(tx, planned.input);
}
