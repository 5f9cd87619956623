import { sql } from 'kysely';
import { plainText } from '#lib/text/plain-text.ts';
import type { Tx } from '#platform/database/open.server.ts';
import type { BlockId } from '../text/block-ids.ts';
import { splitBlocks } from '../text/blocks.ts';
import { findQuote, type FoundQuote, type PlainBlock } from '../text/find-quote.ts';
import { splitPage } from '../text/page.ts';
import type { Comment } from './model.ts';
import { requestBlocks } from './request-parts.server.ts';

type Asked = Pick<Comment, 'id' | 'subject_kind' | 'subject_id' | 'page_id' | 'block' | 'quote' | 'quote_before' | 'quote_after'>;

/** Where the words of each of these comments stand in the text of today; for a change request, in the text it asks for. Looked for in what I may read. */
export async function findPlaces(tx: Tx, comments: readonly Asked[]): Promise<Map<string, FoundQuote>> {
  const texts = await blocksOf(tx, comments);
  return new Map(
    comments.map((comment) => {
      const blocks = texts.get(comment.page_id ?? comment.subject_id) ?? [];
      return [comment.id, findQuote(blocks, { block: comment.block, quote: comment.quote, before: comment.quote_before, after: comment.quote_after })];
    }),
  );
}

async function blocksOf(tx: Tx, comments: readonly Asked[]): Promise<Map<string, PlainBlock[]>> {
  const pages = [...new Set(comments.flatMap(({ page_id, block, quote }) => (page_id && (block || quote) ? [page_id] : [])))];
  const requests = [...new Set(comments.flatMap((each) => (each.subject_kind === 'change_request' && (each.block || each.quote) ? [each.subject_id] : [])))];
  const found = new Map<string, PlainBlock[]>();
  for (const { id, text, blocks } of await textsOf(tx, pages)) found.set(id, plainBlocks(text, blocks ?? []));
  for (const { request, blocks } of await requestBlocks(tx, requests)) found.set(request, [...(found.get(request) ?? []), ...blocks]);
  return found;
}

type Text = { id: string; text: string; blocks: BlockId[] | null };

/** The text of these pages as it stands. */
export async function textsOf(tx: Tx, pages: string[]): Promise<Text[]> {
  if (pages.length === 0) return [];
  const { rows } = await sql<Text>`
    select p.id, r.text, r.blocks from app.pages p join app.revisions r on r.id = p.revision_id where p.id = any(${pages}::uuid[]) and p.retired_at is null`.execute(
    tx,
  );
  return rows;
}

/** The blocks of a page by their ids, each as the words a reader sees. */
export const plainBlocks = (text: string, ids: readonly BlockId[]): PlainBlock[] =>
  splitBlocks(splitPage(text).body).map((block, i) => ({ id: ids[i]?.id ?? '', words: plainText(block.text) }));
