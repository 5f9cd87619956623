import type { PageState } from './review-page.ts';
import { splitPage } from './text/page.ts';
import { asksPlace } from './what-it-does.ts';

/** A page in the tree as the database has it. */
export type Standing = { id: string; parentId: string | null; path: string; title: string; position: number };
export type Mark = 'new' | 'gone' | 'moved' | 'renamed' | 'back';
/** One line of a tree; a gap stands for pages that do not change and are left out. */
export type TreeLine = { id: string; title: string; path: string; depth: number; mark?: Mark } | { gap: number };

/** The tree as it will be: `formers` leads former addresses to pages, for a parent may have got another one. */
export function treeAfter(rows: readonly Standing[], pages: readonly PageState[], formers: ReadonlyMap<string, string> = new Map()): Standing[] {
  const after = new Map(rows.map((row) => [row.id, { ...row }]));
  for (const page of pages) {
    const title = page.action === 'retire' ? '' : splitPage(page.text).front.title || page.path;
    if (page.action === 'retire') after.delete(page.page_id);
    else if (page.action === 'edit') {
      const row = after.get(page.page_id);
      if (row) Object.assign(row, { path: page.path, ...(page.text !== page.base_text && { title }) });
    } else after.set(page.page_id, { id: page.page_id, parentId: null, path: page.path, title, position: page.position ?? 0 });
  }
  const ids = new Map([...formers, ...rows.map(({ path, id }) => [path, id] as const), ...[...after.values()].map(({ path, id }) => [path, id] as const)]);
  for (const page of pages) {
    const row = after.get(page.page_id);
    if (row && (page.action === 'create' || (page.action === 'edit' && asksPlace(page))))
      Object.assign(row, { parentId: page.parent_path === null ? null : (ids.get(page.parent_path) ?? null), position: page.position ?? 0 });
  }
  return inOrder([...after.values()]).map(({ depth: _, ...row }) => row);
}

/** Reading order: every page directly before its children; whose parent is gone stands at the top. */
export function inOrder(rows: readonly Standing[]): Array<Standing & { depth: number }> {
  const known = new Set(rows.map(({ id }) => id));
  const sorted = rows.toSorted((a, b) => a.position - b.position || (a.id < b.id ? -1 : 1));
  const children = Map.groupBy(sorted, (row) => (row.parentId && known.has(row.parentId) ? row.parentId : null));
  const out: Array<Standing & { depth: number }> = [];
  const visit = (parent: string | null, depth: number) => {
    for (const row of children.get(parent) ?? []) {
      out.push({ ...row, parentId: parent, depth });
      visit(row.id, depth + 1);
    }
  };
  visit(null, 0);
  return out;
}

/** The tree before and after, around what changes in it; nothing where only words change. */
export function treesOf(
  rows: readonly Standing[],
  pages: readonly PageState[],
  formers?: ReadonlyMap<string, string>,
): { before: TreeLine[]; after: TreeLine[] } | null {
  const now = inOrder(rows);
  const then = inOrder(treeAfter(rows, pages, formers));
  const marks = new Map<string, Mark>();
  const titles = new Map(now.map(({ id, title }) => [id, title]));
  for (const page of pages) {
    const mark = { create: 'new', retire: 'gone', restore: 'back', edit: asksPlace(page) ? 'moved' : undefined }[page.action] as Mark | undefined;
    const renamed = page.action === 'edit' && titles.get(page.page_id) !== then.find(({ id }) => id === page.page_id)?.title;
    if (mark ?? renamed) marks.set(page.page_id, mark ?? 'renamed');
  }
  if (!marks.size) return null;
  return { before: around(now, marks), after: around(then, marks) };
}

/** What changes, what it stands under, and its neighbours; the rest is counted. */
function around(rows: ReadonlyArray<Standing & { depth: number }>, marks: ReadonlyMap<string, Mark>): TreeLine[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const shown = new Set<string>();
  const show = (id: string | null | undefined) => {
    for (let up = byId.get(id ?? ''); up && !shown.has(up.id); up = byId.get(up.parentId ?? '')) shown.add(up.id);
  };
  const siblings = Map.groupBy(rows, ({ parentId }) => parentId);
  for (const row of rows) {
    if (!marks.has(row.id)) continue;
    const beside = siblings.get(row.parentId) ?? [];
    const at = beside.indexOf(row);
    for (const near of [beside[at - 1], row, beside[at + 1]]) show(near?.id);
  }
  const out: TreeLine[] = [];
  for (const { id, title, path, depth } of rows) {
    const last = out.at(-1);
    if (shown.has(id)) out.push({ id, title, path, depth, ...(marks.has(id) && { mark: marks.get(id)! }) });
    else if (last && 'gap' in last) last.gap++;
    else out.push({ gap: 1 });
  }
  return out;
}
