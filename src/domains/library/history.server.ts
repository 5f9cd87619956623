import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';

export type RevisionEntry = {
  id: string;
  number: number;
  at: Date;
  by: string;
  request: { number: number; title: string; reason: string; decidedBy: string; decisionReason: string; pages: number };
};

/** The revisions of a page, newest first: who, when, why, decided by whom. */
export async function listRevisions(tx: Tx, pageId: string, limit = 100): Promise<RevisionEntry[]> {
  const { rows } = await sql<RevisionEntry>`
    select r.id, r.number, r.created_at as at, coalesce(b.name, '') as by,
      jsonb_build_object('number', c.number, 'title', c.title, 'reason', c.reason, 'decidedBy', coalesce(d.name, ''), 'decisionReason', coalesce(c.decision_reason, ''),
        'pages', (select count(*) from app.change_request_pages cp where cp.change_request_id = c.id)) as request
    from app.revisions r join app.pages p on p.id = r.page_id and p.audience_id = r.audience_id
      join app.change_requests c on c.id = r.change_request_id
      left join app.bylines b on b.id = r.byline_id left join app.bylines d on d.id = c.decided_by
    where r.page_id = ${pageId} order by r.number desc limit ${limit}`.execute(tx);
  return rows;
}

/** The texts of two revisions of a page, older first; the older one is empty for the first revision. */
export async function twoTexts(tx: Tx, pageId: string, older: number, newer: number): Promise<{ a: string; b: string } | undefined> {
  const rows = await tx
    .selectFrom('app.revisions as r')
    .innerJoin('app.pages as p', 'p.id', 'r.page_id')
    .select(['r.number', 'r.text'])
    .where('r.page_id', '=', pageId)
    .where('r.number', 'in', [older, newer])
    .execute();
  const text = (number: number) => rows.find((row) => row.number === number)?.text;
  const b = text(newer);
  if (b === undefined || (older > 0 && text(older) === undefined)) return undefined;
  return { a: text(older) ?? '', b };
}
