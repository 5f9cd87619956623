export type Leaf = { id: string; parentId: string | null; path: string; title: string; groupKey: string | null; current: boolean };
export type Node = Leaf & { children: Node[] };

/** Rows in reading order as a tree. */
export function nest(rows: readonly Leaf[]): Node[] {
  const nodes = new Map(rows.map((row) => [row.id, { ...row, children: [] as Node[] }]));
  const roots: Node[] = [];
  for (const node of nodes.values()) (nodes.get(node.parentId ?? '')?.children ?? roots).push(node);
  return roots;
}
