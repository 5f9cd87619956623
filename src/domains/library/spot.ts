import type { Standing } from './request-tree.ts';

/** Where a page shall stand: after a page (or first of all, without one), or under it. */
export type Place = { beside: string; how: 'after' | 'under' };
export type Spot = { parent_path: string | null; position: number };

/**
 * The place asked for, as a position between the pages around it. Positions may be fractions, so nobody else has to move; where those around it share one
 * position (they stand in the order they were made), those after it are given places of their own: `shifts`.
 */
export function spotFor(rows: readonly Standing[], moving: string, { beside, how }: Place): Spot & { shifts: Array<Spot & { id: string }> } {
  const known = new Map(rows.map((row) => [row.id, row]));
  const at = rows.find(({ path }) => path === beside);
  const parentId = how === 'under' ? (at?.id ?? null) : above(known, at);
  const parent_path = (parentId && known.get(parentId)?.path) || null;
  const among = rows.filter((row) => row.id !== moving && above(known, row) === parentId).sort((a, b) => a.position - b.position || (a.id < b.id ? -1 : 1));
  const place = how === 'after' && at ? among.findIndex(({ id }) => id === at.id) + 1 : how === 'under' && at ? among.length : 0;
  const [before, ...after] = [among[place - 1], ...among.slice(place)];
  const shifted = after.slice(0, before ? after.filter(({ position }) => position === before.position).length : 0);
  const next = after[shifted.length];
  const places = !before
    ? [next ? next.position - 1 : 0]
    : next
      ? midpoints(before.position, next.position, shifted.length + 1)
      : [before, ...shifted].map((_, n) => before.position + 1 + n);
  return { parent_path, position: places[0]!, shifts: shifted.map(({ id }, n) => ({ id, parent_path, position: places[n + 1]! })) };
}

const midpoints = (from: number, to: number, count: number) => Array.from({ length: count }, (_, n) => from + ((to - from) * (n + 1)) / (count + 1));

/** The living page it stands under. */
function above(known: ReadonlyMap<string, Standing>, row: Standing | undefined): string | null {
  return row?.parentId && known.has(row.parentId) ? row.parentId : null;
}
