import type { Tx } from '#platform/database/open.server.ts';
import { countByPart, countBySubject, countMessages } from '#domains/conversations/found.server.ts';
import { tallyFor } from '#domains/library/comments/queries.server.ts';
import { factsOnPage } from '#domains/controls/facts.server.ts';
import { type PartCounts, readText } from '#domains/library/page-view.server.ts';
import { editionOfPage } from '#domains/library/editions/queries.server.ts';
import { findPage, findRedirect, findSpace, pageTree, placeInTree } from '#domains/library/queries.server.ts';
import { findWithdrawnPage } from '#domains/library/queries/withdrawn.server.ts';
import { readFoot } from './foot.server.ts';

/** A page with what stands around it; or where it went, or why it is gone. */
export async function readPage(tx: Tx, slug: string, path: string, member: boolean, request: Request) {
  const space = await findSpace(tx, slug);
  const page = space && (await findPage(tx, space.id, path));
  if (!space) return {};
  if (!page) {
    const moved = await findRedirect(tx, space.id, path);
    return moved ? { moved } : { space, gone: await findWithdrawnPage(tx, space.id, path) };
  }
  const tree = await pageTree(tx, space.id);
  const facts = await factsOnPage(tx, page.id);
  const text = await readText(tx, space, page, facts, member, member ? await countParts(tx, page.id, [...facts.values()]) : undefined);
  // Counted through the conversation itself: whoever may not read it counts none.
  const messages = member ? await countMessages(tx, { kind: 'page', id: page.id }) : 0;
  const waiting = (await tallyFor(tx, member, space.id, { page: path }))?.waiting;
  const edition = await editionOfPage(tx, space.id, page.id);
  const foot = member ? await readFoot(tx, page.id, request) : undefined;
  return { messages, waiting, foot, edition, space, page, text, pages: tree.length, place: placeInTree(tree, page.id) };
}

/** Counted through the conversations: whoever may not read one counts nothing of it. */
async function countParts(tx: Tx, page: string, controls: Array<{ id: string; code: string }>): Promise<PartCounts> {
  const ids = controls.map(({ id }) => id);
  const said = await countBySubject(tx, 'control', ids);
  return { parts: await countByPart(tx, page), controls: new Map(controls.map(({ id, code }) => [code, said.get(id) ?? 0])) };
}
