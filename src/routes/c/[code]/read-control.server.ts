import { listControlHistory } from '#domains/controls/history.server.ts';
import { findControl, listNeighbours, listRelated } from '#domains/controls/queries.server.ts';
import { findSpace } from '#domains/library/queries.server.ts';
import type { Tx } from '#platform/database/open.server.ts';

/** A control with what stands around it. */
export async function readControl(tx: Tx, code: string) {
  const control = await findControl(tx, code);
  if (!control) return;
  const space = await findSpace(tx, control.spaceSlug);
  return {
    control,
    mayPropose: space?.mayPropose ?? false,
    neighbours: await listNeighbours(tx, control),
    related: await listRelated(tx, control),
    history: await listControlHistory(tx, control),
  };
}
