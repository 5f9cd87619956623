import { dice, type Shingles, shinglesOf } from '#lib/text/similarity.ts';

export type MatchableControl = { slug: string; aliases: string[]; order: number; text: string; group: string | null };
export type How = 'alias' | 'alias_and_order' | 'text' | 'new';
export type ControlMatch<A, B> = { imported: A; existing: B | null; how: How };

/** More holders than this and an alias names a chapter, not a control. */
const WIDEST = 4;
/** How alike two texts must be, by Dice's coefficient, in the same group and elsewhere. */
const ALIKE = { sameGroup: 0.5, elsewhere: 0.7 };

/**
 * Says which control there already is for each imported one. An alias that both sides print equally often pairs its holders
 * in text order, since numbers repeat; what is left is paired by how alike the texts are. Nothing is paired twice.
 */
export function matchControls<A extends MatchableControl, B extends MatchableControl>(imported: readonly A[], existing: readonly B[]): ControlMatch<A, B>[] {
  const found = new Map<A, { existing: B; how: How }>();
  const taken = new Set<B>();
  const pair = (a: A, b: B, how: How): void => {
    found.set(a, { existing: b, how });
    taken.add(b);
  };
  const inOrder = <T extends MatchableControl>(list: readonly T[]): T[] => [...list].sort((a, b) => a.order - b.order);
  const ours = byAlias(inOrder(imported));
  const theirs = byAlias(inOrder(existing));
  for (const [alias, holders] of ours) {
    const there = theirs.get(alias) ?? [];
    if (!there.length || holders.length > WIDEST || there.length > WIDEST) continue;
    const left = holders.filter((a) => !found.has(a));
    const free = there.filter((b) => !taken.has(b));
    if (holders.length === there.length && left.length === free.length)
      left.forEach((a, i) => {
        pair(a, free[i]!, holders.length > 1 ? 'alias_and_order' : 'alias');
      });
    else for (const [a, b] of closest(left, free, () => 0)) pair(a, b, 'alias_and_order');
  }
  const rest = closest(
    imported.filter((a) => !found.has(a)),
    existing.filter((b) => !taken.has(b)),
    (a, b) => (a.group === b.group ? ALIKE.sameGroup : ALIKE.elsewhere),
  );
  for (const [a, b] of rest) pair(a, b, 'text');
  return imported.map((a) => ({ imported: a, existing: found.get(a)?.existing ?? null, how: found.get(a)?.how ?? 'new' }));
}

function byAlias<T extends MatchableControl>(list: T[]): Map<string, T[]> {
  const map = new Map<string, T[]>();
  for (const each of list) for (const alias of new Set(each.aliases)) map.set(alias, [...(map.get(alias) ?? []), each]);
  return map;
}

/** Pairs off the most alike first; only texts that share a rare shingle are compared, so thousands stay cheap. */
function closest<A extends MatchableControl, B extends MatchableControl>(as: readonly A[], bs: readonly B[], least: (a: A, b: B) => number): [A, B][] {
  if (!as.length || !bs.length) return [];
  const shingles = new Map<A | B, Shingles>([...as, ...bs].map((each) => [each, shinglesOf(each.text)]));
  const holders = new Map<string, B[]>();
  for (const b of bs) for (const s of shingles.get(b)!.counts.keys()) holders.set(s, [...(holders.get(s) ?? []).slice(0, 40), b]);
  const small = as.length * bs.length <= 400;
  const scored: { a: A; b: B; score: number }[] = [];
  for (const a of as) {
    const candidates = small
      ? new Set(bs)
      : new Set(
          [...shingles.get(a)!.counts.keys()].flatMap((s) => {
            const held = holders.get(s) ?? [];
            return held.length > 40 ? [] : held;
          }),
        );
    for (const b of candidates) {
      const score = dice(shingles.get(a)!, shingles.get(b)!);
      if (score >= least(a, b)) scored.push({ a, b, score: score + (a.group === b.group ? 0.05 : 0) });
    }
  }
  const done = new Set<A | B>();
  const pairs: [A, B][] = [];
  for (const { a, b } of scored.sort((x, y) => y.score - x.score || x.a.order - y.a.order || x.b.order - y.b.order)) {
    if (done.has(a) || done.has(b)) continue;
    done.add(a).add(b);
    pairs.push([a, b]);
  }
  return pairs;
}

export type MatchablePage = { path: string; title: string; controls: string[] };
export type PageMatch<A, B> = { imported: A; existing: B | null; how: 'controls' | 'source' | 'path' | 'title' | 'new' };

/**
 * Says which page there already is for each imported one: the one whose controls it mostly has (`slugs` leads from imported slugs
 * to existing ones; a page with other things to say is not replaced), else the one imported from the same file, else the same path, else the same title.
 */
export function matchPages<A extends MatchablePage & { sourcePath: string }, B extends MatchablePage & { importedFrom: string | null }>(
  imported: readonly A[],
  existing: readonly B[],
  slugs: ReadonlyMap<string, string>,
): PageMatch<A, B>[] {
  const found = new Map<A, { existing: B; how: PageMatch<A, B>['how'] }>();
  const taken = new Set<B>();
  const pair = (a: A, b: B | undefined, how: PageMatch<A, B>['how']): void => {
    if (b && !taken.has(b) && !found.has(a)) {
      found.set(a, { existing: b, how });
      taken.add(b);
    }
  };
  const home = new Map(existing.flatMap((page) => page.controls.map((slug) => [slug, page] as const)));
  const shared = imported.flatMap((a) => {
    const counts = new Map<B, number>();
    for (const slug of a.controls) {
      const page = home.get(slugs.get(slug) ?? '');
      if (page) counts.set(page, (counts.get(page) ?? 0) + 1);
    }
    return [...counts].map(([b, count]) => ({ a, b, count }));
  });
  for (const { a, b, count } of shared.sort((x, y) => y.count - x.count)) if (count * 2 >= b.controls.length) pair(a, b, 'controls');
  const by = <K>(key: (page: B) => K): Map<K, B> => new Map(existing.filter((page) => !taken.has(page)).map((page) => [key(page), page]));
  const sources = by((page) => page.importedFrom ?? '');
  for (const a of imported) pair(a, sources.get(`gitbook:${a.sourcePath}`), 'source');
  const paths = by((page) => page.path);
  for (const a of imported) pair(a, paths.get(a.path), 'path');
  const titles = by((page) => key(page.title));
  for (const a of imported) pair(a, titles.get(key(a.title)), 'title');
  return imported.map((a) => ({ imported: a, existing: found.get(a)?.existing ?? null, how: found.get(a)?.how ?? 'new' }));
}

const key = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

export type MatchableSpace = { slug: string; title: string; aliases: string[]; importedFrom: string[] };
export type SpaceMatch<A, B> = { imported: A; existing: B | null; how: 'source' | 'aliases' | 'slug' | 'new' };

/**
 * Says which space there already is for each imported folder: the one whose pages came from the same files, else the one whose
 * control aliases agree best (a third at least), else the same slug.
 */
export function matchSpaces<A extends MatchableSpace, B extends MatchableSpace>(imported: readonly A[], existing: readonly B[]): SpaceMatch<A, B>[] {
  type Score = { a: A; b: B; score: number; how: 'source' | 'aliases' };
  const scores = imported.flatMap((a) =>
    existing.flatMap((b): Score[] => {
      const source = overlap(a.importedFrom, b.importedFrom);
      const aliases = overlap(scheme(a.aliases), scheme(b.aliases)) + 0.2 * overlap(key(a.title).split(' '), key(b.title).split(' '));
      if (source > 0.3) return [{ a, b, score: 2 + source, how: 'source' }];
      return aliases > 0.34 && overlap(scheme(a.aliases), scheme(b.aliases)) > 0 ? [{ a, b, score: aliases, how: 'aliases' }] : [];
    }),
  );
  const found = new Map<A, { existing: B; how: SpaceMatch<A, B>['how'] }>();
  const taken = new Set<B>();
  for (const { a, b, how } of scores.sort((x, y) => y.score - x.score))
    if (!found.has(a) && !taken.has(b)) {
      found.set(a, { existing: b, how });
      taken.add(b);
    }
  for (const a of imported) {
    const b = existing.find((each) => each.slug === a.slug && !taken.has(each));
    if (b && !found.has(a)) {
      found.set(a, { existing: b, how: 'slug' });
      taken.add(b);
    }
  }
  return imported.map((a) => ({ imported: a, existing: found.get(a)?.existing ?? null, how: found.get(a)?.how ?? 'new' }));
}

const scheme = (aliases: string[]): string[] => aliases.filter((alias) => alias.startsWith('gitbook:'));

/** How far two bags of words agree, 0 to 1; a word that stands twice counts twice. */
function overlap(a: string[], b: string[]): number {
  if (!a.length || !b.length) return 0;
  const counts = new Map<string, number>();
  for (const word of b) counts.set(word, (counts.get(word) ?? 0) + 1);
  let shared = 0;
  for (const word of a) {
    const n = counts.get(word) ?? 0;
    if (n) {
      shared++;
      counts.set(word, n - 1);
    }
  }
  return (2 * shared) / (a.length + b.length);
}
