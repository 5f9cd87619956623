import { sayMessage } from '#lib/text/say-message.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { pageBlocks } from '../page-blocks.ts';
import type { FoundQuote } from '../text/find-quote.ts';
import type { Comment } from './model.ts';
import { findPlaces, textsOf } from './places.server.ts';
import { sayPlace } from './words.ts';

export type ListedComment = Comment & {
  /** What was said, without marks. */
  words: string;
  place: string;
  /** Where the place is, in the space's own addresses. */
  href: string;
  state: FoundQuote['state'];
};

/** These comments as a list shows them: each with its place by name and address, and whether its words still stand there. */
export async function viewComments(tx: Tx, space: string, comments: Comment[]): Promise<ListedComment[]> {
  const places = await findPlaces(tx, comments);
  const texts = await textsOf(
    tx,
    comments.flatMap(({ page_id, block, subject_kind }) => (page_id && block && subject_kind === 'page' ? [page_id] : [])),
  );
  const names = new Map(texts.map(({ id, text, blocks }) => [id, pageBlocks(text, blocks ?? [])]));
  return comments.map((comment) => {
    const found = places.get(comment.id)!;
    const block = names.get(comment.page_id ?? '')?.find(({ id }) => id === (found.block ?? comment.block))?.words ?? '';
    return { ...comment, words: sayMessage(comment.body), place: sayPlace(comment, block), href: addressOf(space, comment, found), state: found.state };
  });
}

function addressOf(space: string, comment: Comment, { block }: FoundQuote): string {
  if (comment.subject_kind === 'change_request') return `/changes/${space}/${comment.request_number}${block ? `#b-${block}` : ''}`;
  if (comment.subject_kind === 'control') return `/c/${comment.control_code}`;
  return `/library/${space}/${comment.page_path}${block ? `#b-${block}` : ''}`;
}
