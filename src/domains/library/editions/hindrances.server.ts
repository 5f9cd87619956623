import type { Tx } from '#platform/database/open.server.ts';
import { type BrokenLink, findBrokenLinks } from '../broken-links.server.ts';

/** A request of the space on which comments wait for an answer. */
export type OpenComments = { number: number; title: string; count: number };
export type Hindrances = { links: BrokenLink[]; comments: OpenComments[] };
/** A page as an edition holds it, or would. */
export type HeldPage = { page_id: string; revision_id: string; path: string; title: string; text: string };

/** What keeps this text from being published as an edition: links that lead nowhere, and comments that nobody has answered. */
export async function findHindrances(tx: Tx, space: { id: string; slug: string }, held: readonly HeldPage[]): Promise<Hindrances> {
  const pages = held.map(({ page_id, path, title, text }) => ({ page_id, path_now: path, path, title, before: null, after: text }));
  return { links: await findBrokenLinks(tx, space, pages), comments: await listOpenComments(tx, space.id) };
}

/** Nothing yet waits for an answer: comments are discussion until they carry a disposition. */
async function listOpenComments(_tx: Tx, _spaceId: string): Promise<OpenComments[]> {
  return [];
}
