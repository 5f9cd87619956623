import type { Tx } from '#platform/database/open.server.ts';
import { findSpace, type Space } from '../queries.server.ts';
import { findHindrances, type Hindrances } from './hindrances.server.ts';
import { type EditionSummary, editionBefore, summariseEditions } from './summary.server.ts';
import { type Edition, heldMark, listEditions, listHoldable, mayPublish } from './queries.server.ts';

export type EditionBoard = {
  space: Space;
  editions: Edition[];
  draft: Edition | undefined;
  /** What stands in the way of publishing the draft, and the fingerprint of what it would hold. */
  ready: (Hindrances & { seen: string }) | undefined;
  mayPublish: boolean;
  /** What has changed since the edition published last. */
  changes: EditionSummary | undefined;
};

/** The editions of a space and the draft of the next one, for those who may see it; nothing when the space is not theirs. */
export async function readEditionBoard(tx: Tx, slug: string): Promise<EditionBoard | undefined> {
  const space = await findSpace(tx, slug);
  if (!space) return undefined;
  const all = await listEditions(tx, space.id);
  const draft = all.find(({ status }) => status === 'draft');
  const held = draft ? await listHoldable(tx, space.id) : [];
  const ready = draft && { ...(await findHindrances(tx, space, held)), seen: heldMark(held) };
  const last = editionBefore(all);
  const changes = last && (await summariseEditions(tx, space.id, last));
  return { space, draft, ready, changes, editions: all.filter((each) => each !== draft), mayPublish: await mayPublish(tx, space.audienceId) };
}
