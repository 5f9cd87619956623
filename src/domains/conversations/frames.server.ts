import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { messageView } from './message-view.server.ts';
import { listActs } from './message-acts.server.ts';
import { listFiles } from './attach-files.server.ts';
import { filesHtml } from './files-html.ts';
import { listPolls } from './polls.server.ts';
import type { Message } from './model.ts';

/** What the live stream shows of messages: the same for every reader, so nothing of whose they are. */
export async function messageFrames(tx: Tx, ids: string[]): Promise<Map<string, { label: string | null; audience: number; content: Record<string, unknown> }>> {
  const { rows } = await sql<Message & { audience_id: number }>`
		select m.id, m.audience_id, m.thread_id, m.thread_number as number, m.byline_id, b.name, o.name as organization, m.body, m.marking, m.created_at, m.edited_at, m.deleted_at, m.removed_at, m.moderated_as
		from app.messages m left join app.bylines b on b.id = m.byline_id left join app.organizations o on o.id = b.organization_id
		where m.id = any(${ids}::uuid[])`.execute(tx);
  const [acts, polls] = [await listActs(tx, ids), await listPolls(tx, ids)];
  const files = await listFiles(tx, ids);
  return new Map(
    rows.map((row) => {
      const { name, organization, number, marking, html, at, edited, gone } = messageView(row);
      return [
        row.id,
        {
          label: marking,
          audience: row.audience_id,
          content: {
            name,
            organization,
            number,
            marking,
            html: html + (gone ? '' : filesHtml(files.get(row.id) ?? [])),
            at,
            edited,
            gone,
            ...(row.moderated_as ? { moderated: true } : {}),
            ...acts.get(row.id),
            poll: polls.get(row.id),
          },
        },
      ];
    }),
  );
}
