import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';
import { pageBlocks } from '../page-blocks.ts';
import type { BlockId } from '../text/block-ids.ts';
import { requestParts } from './request-parts.server.ts';

export type Place = { subject: { kind: 'page' | 'control' | 'change_request'; id: string }; page_id: string | null; block: string | null; name: string };
type Subject = Place['subject'];

/**
 * Where a comment on this subject and block belongs, and what the place is called: a control has a conversation of its own, also when it is named by its block.
 * Nothing for what I may not read. Refuses: library.comment.block_unknown.
 */
export async function findPlace(tx: Tx, subject: Subject, block: string | null): Promise<Place | undefined> {
  if (subject.kind === 'change_request') {
    const { rows } = await sql<{ title: string }>`select title from app.change_requests where id = ${subject.id}`.execute(tx);
    if (!rows[0] || !block) return rows[0] && { subject, page_id: null, block: null, name: rows[0].title };
    const part = (await requestParts(tx, subject.id)).find(({ id }) => id === block);
    if (!part) throw new Refusal('library.comment.block_unknown');
    return { subject, page_id: null, block, name: part.words };
  }
  if (subject.kind === 'control') {
    const { rows } = await sql<{ page_id: string; slug: string; title: string; number: string | null; blocks: BlockId[] | null }>`
      select c.page_id, c.slug, c.title, c.number, r.blocks from app.controls c join app.pages p on p.id = c.page_id left join app.revisions r on r.id = p.revision_id where c.id = ${subject.id}`.execute(
      tx,
    );
    const [found] = rows;
    return (
      found && {
        subject,
        page_id: found.page_id,
        block: found.blocks?.find((each) => each.slug === found.slug)?.id ?? null,
        name: [found.number, found.title].filter(Boolean).join(' '),
      }
    );
  }
  const { rows } = await sql<{ title: string; text: string | null; blocks: BlockId[] | null }>`
    select p.title, r.text, r.blocks from app.pages p left join app.revisions r on r.id = p.revision_id where p.id = ${subject.id}`.execute(tx);
  const [page] = rows;
  if (!page) return undefined;
  if (!block) return { subject, page_id: subject.id, block: null, name: page.title };
  const one = page.blocks?.find((each) => each.id === block);
  if (!one) throw new Refusal('library.comment.block_unknown');
  const control = one.slug ? await controlCalled(tx, subject.id, one.slug) : undefined;
  if (control) return findPlace(tx, { kind: 'control', id: control }, null);
  return { subject, page_id: subject.id, block, name: pageBlocks(page.text ?? '', page.blocks ?? []).find((each) => each.id === block)?.words || page.title };
}

async function controlCalled(tx: Tx, page: string, slug: string): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`select id from app.controls where page_id = ${page} and slug = ${slug} and retired_at is null`.execute(tx);
  return rows[0]?.id;
}
