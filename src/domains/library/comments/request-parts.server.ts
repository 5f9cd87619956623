import { sql } from 'kysely';
import { plainText } from '#lib/text/plain-text.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { type PageBlock, pageBlocks } from '../page-blocks.ts';
import { type BlockId, partIds } from '../text/block-ids.ts';
import { splitBlocks } from '../text/blocks.ts';
import type { PlainBlock } from '../text/find-quote.ts';
import { splitPage } from '../text/page.ts';

type Row = { request: string; text: string; base_text: string | null; base_blocks: BlockId[] | null };
// Beyond, a request is an import: one comments on it as a whole, or on its pages.
const PAGES = 60;

async function pagesOf(tx: Tx, requests: readonly string[]): Promise<Array<Row & { ids: string[] }>> {
  if (!requests.length) return [];
  const { rows } = await sql<Row>`
    select c.change_request_id as request, c.text, r.text as base_text, r.blocks as base_blocks
    from unnest(${[...requests]}::uuid[]) as asked (id) cross join lateral (select * from app.change_request_pages p where p.change_request_id = asked.id and p.action <> 'retire' order by p.id limit ${PAGES}) c
    left join app.revisions r on r.id = c.base_revision_id`.execute(tx);
  return rows.map((row) => ({
    ...row,
    ids: partIds(row.base_blocks ?? [], row.base_text === null ? null : splitPage(row.base_text).body, splitPage(row.text).body),
  }));
}

/** The parts that a request would change or add, in its own words: those one may comment on. */
export async function requestParts(tx: Tx, request: string): Promise<PageBlock[]> {
  return (await pagesOf(tx, [request])).flatMap(({ text, ids, base_text }) => {
    const same = new Set(base_text === null ? [] : splitBlocks(splitPage(base_text).body).map((block) => block.text.trim()));
    const changed = new Set(splitBlocks(splitPage(text).body).flatMap((block, k) => (same.has(block.text.trim()) ? [] : [ids[k]])));
    return pageBlocks(text, ids).filter(({ id }) => changed.has(id));
  });
}

/** All parts of the texts that these requests ask for, as the words a reader sees. */
export async function requestBlocks(tx: Tx, requests: readonly string[]): Promise<Array<{ request: string; blocks: PlainBlock[] }>> {
  return (await pagesOf(tx, requests)).map(({ request, text, ids }) => ({
    request,
    blocks: splitBlocks(splitPage(text).body).map((block, k) => ({ id: ids[k] as string, words: plainText(block.text) })),
  }));
}
