import type { TreeItem } from '#ui/tree.ts';

export type Leaf = { id: string; parentId: string | null; path: string; title: string; groupKey: string | null; current?: boolean };

const numberOf = (key: string | null): string | undefined => /:(\d+)$/.exec(key ?? '')?.[1];

/** Rows in reading order as a tree of links. */
export function treeItems(rows: readonly Leaf[], space: string): TreeItem[] {
  const items = new Map<string, TreeItem>();
  const roots: TreeItem[] = [];
  for (const row of rows) {
    const number = numberOf(row.groupKey);
    const item: TreeItem = {
      label: row.title,
      href: `/library/${space}/${row.path}`,
      ...(number && { number: Number(number) }),
      ...(row.current && { current: true }),
    };
    items.set(row.id, item);
    const parent = items.get(row.parentId ?? '');
    if (parent) (parent.items ??= []).push(item);
    else roots.push(item);
  }
  return roots;
}

/** A page as before and next name it: with its number where it has one. */
export function turnItem(row: Leaf | undefined, space: string): { label: string; href: string } | null {
  if (!row) return null;
  const number = numberOf(row.groupKey);
  return { label: number ? `${number} ${row.title}` : row.title, href: `/library/${space}/${row.path}` };
}
