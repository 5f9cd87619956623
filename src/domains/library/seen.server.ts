import { createHash } from 'node:crypto';

type Seen = {
  page_id: string;
  action: string;
  path: string;
  text: string;
  retires: readonly string[];
  withdrawals: readonly unknown[];
  parent_path: string | null;
  position: number | null;
  now_revision_id: string | null;
};

/**
 * A mark for exactly what a reviewer has before their eyes: the proposal as it is worded now and the text it would change.
 * WHY: an author may reword, and a page may move, between looking and pressing Merge; nobody approves what they have not read.
 */
export function seenMark(pages: readonly Seen[]): string {
  const parts = pages
    .map((page) =>
      JSON.stringify([page.page_id, page.action, page.path, page.text, page.retires, page.withdrawals, page.parent_path, page.position, page.now_revision_id]),
    )
    .sort();
  return createHash('sha256').update(parts.join('\n')).digest('base64url').slice(0, 22);
}
