import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { blockRenderer } from './page-view.server.ts';
import type { Page, Space } from './queries.server.ts';
import { splitBlocks } from './text/blocks.ts';
import { splitPage } from './text/page.ts';
import type { ControlFacts } from './text/render-page.ts';

/** A published block with the request that gave it its words as they stand. */
export type BlockOrigin = {
  id: string;
  html: string;
  /** The revision since which it reads like this, and in how many its words changed. */
  since: number;
  changes: number;
  at: Date;
  by: string;
  request: { number: number; title: string; decidedBy: string; messages: number };
};
type Row = Omit<BlockOrigin, 'html'>;

/** Where each block of a page comes from, in the order of the text. What nobody can name (a sidecar of another text) is left out. */
export async function listBlockOrigins(
  tx: Tx,
  space: Pick<Space, 'id' | 'slug'>,
  page: Page,
  facts: ReadonlyMap<string, ControlFacts>,
): Promise<BlockOrigin[]> {
  if (!page.revision) return [];
  const blocks = splitBlocks(splitPage(page.revision.text).body);
  if (blocks.length !== page.revision.blocks.length) return [];
  const [rows, html] = [await originRows(tx, page), await blockRenderer(tx, { space, path: page.path }, [page.revision.text], facts)];
  const byId = new Map(rows.map((row) => [row.id, row]));
  return page.revision.blocks.flatMap(({ id }, i) => {
    const row = byId.get(id);
    return row && blocks[i]?.kind !== 'definition' ? [{ ...row, html: html(blocks[i]?.text ?? '') }] : [];
  });
}

/** For each block the first of the revisions in an unbroken row up to today in which it has today's fingerprint. Revisions of a page are numbered without gaps. */
async function originRows(tx: Tx, page: Page): Promise<Row[]> {
  const { rows } = await sql<Row>`
    with revised as (
      select r.id, r.number, r.created_at, r.byline_id, r.change_request_id, r.blocks from app.revisions r join app.pages p on p.id = r.page_id and p.audience_id = r.audience_id
      where r.page_id = ${page.id} and r.number <= ${page.revision?.number ?? 0}),
    stood as (
      select r.number, b.id, b.hash, r.number + row_number() over (partition by b.id, b.hash order by r.number desc) as line, lag(b.hash) over (partition by b.id order by r.number) as before
      from revised r, jsonb_to_recordset(r.blocks) as b(id text, hash text)),
    since as (
      select s.id, min(s.number) as number, (select count(*)::int from stood x where x.id = s.id and x.before is distinct from x.hash) as changes
      from stood s where s.line = ${page.revision?.number ?? 0} + 1
        and s.hash = (select x.hash from stood x where x.id = s.id and x.number = ${page.revision?.number ?? 0} limit 1)
      group by s.id)
    select since.id, since.number as since, since.changes, r.created_at as at, coalesce(b.name, '') as by,
      jsonb_build_object('number', c.number, 'title', c.title, 'decidedBy', coalesce(d.name, ''), 'messages',
        (select coalesce(sum(n.last_number), 0)::int from app.conversations t join app.counters n on n.scope_id = t.id and n.audience_id = t.audience_id
          where t.subject_kind = 'change_request' and t.subject_id = c.id and t.within_id is null)) as request
    from since join revised r on r.number = since.number join app.change_requests c on c.id = r.change_request_id
      left join app.bylines b on b.id = r.byline_id left join app.bylines d on d.id = c.decided_by`.execute(tx);
  return rows;
}

/** The revisions in which the words of one block changed, newest first. */
export async function listBlockRevisions(tx: Tx, pageId: string, block: string): Promise<number[]> {
  const { rows } = await sql<{ number: number }>`
    select number from (
      select r.number, b.hash, lag(b.hash) over (order by r.number) as before
      from app.revisions r join app.pages p on p.id = r.page_id and p.audience_id = r.audience_id, jsonb_to_recordset(r.blocks) as b(id text, hash text)
      where r.page_id = ${pageId} and b.id = ${block}) as stood
    where before is distinct from hash order by number desc limit 100`.execute(tx);
  return rows.map((row) => row.number);
}
