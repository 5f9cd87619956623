import { assignBlockIds, type BlockId } from '../../src/domains/library/text/block-ids.ts';
import { apart, changeWords, editOnce, type Edit, type Live, livePage, written } from './random-edits.ts';
import { seeded } from './random-text.ts';

export type Stability = { followed: number; kept: number; lost: number; taken: number; largest: number; milliseconds: number };

/**
 * Edits a page over and over and counts, block by block, whether the id followed the text: `kept`, `lost` (a new id though it is the
 * same block) or `taken` (it carries another block's id).
 */
export function measureStability(
  seed: number,
  edits: number,
  kinds: readonly Edit[],
  options: { blocks?: number; perRevision?: number; share?: number } = {},
): Stability {
  const random = seeded(seed);
  let page: Live[] = livePage(random, options.blocks ?? 144);
  let counter = 0;
  const newId = () => (++counter).toString(36).padStart(8, '0');
  let body = written(page);
  let ids: BlockId[] = assignBlockIds([], null, body, newId);
  let idOf = new Map(page.map((block, n) => [block.key, ids[n]?.id]));
  const out: Stability = { followed: 0, kept: 0, lost: 0, taken: 0, largest: 0, milliseconds: 0 };
  for (let done = 0; done < edits; ) {
    for (let k = 0; k < (options.perRevision ?? 1); k++, done++) {
      const kind = kinds[Math.floor(random() * kinds.length)] as Edit;
      if (kind === 'words' && options.share !== undefined) {
        const at = Math.floor(random() * page.length);
        page = page.map((block, n) => (n === at ? { ...block, text: changeWords(random, block.text, options.share as number) } : block));
      } else page = editOnce(random, page, kind);
    }
    if (page.length < 20) page = apart([...page, ...livePage(random, 60)]);
    const next = written(page);
    const start = performance.now();
    const assigned = assignBlockIds(ids, body, next, newId);
    const took = performance.now() - start;
    out.milliseconds += took;
    out.largest = Math.max(out.largest, took);
    const owner = new Map([...idOf].map(([key, id]) => [id, key]));
    if (assigned.length !== page.length) throw new Error('a block was read as two, or two as one');
    page.forEach((block, n) => {
      const before = idOf.get(block.key);
      const id = assigned[n]?.id as string;
      if (before !== undefined) {
        out.followed++;
        if (before === id) out.kept++;
        else if (owner.has(id)) out.taken++;
        else out.lost++;
      } else if (owner.has(id) && page.some((other) => other.key === owner.get(id))) out.taken++;
    });
    if (new Set(assigned.map((entry) => entry.id)).size !== assigned.length) throw new Error('an id was given twice');
    ids = assigned;
    body = next;
    idOf = new Map(page.map((block, n) => [block.key, assigned[n]?.id]));
  }
  return out;
}
