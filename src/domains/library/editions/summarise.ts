import { alignEqual } from '#lib/text/align.ts';
import { splitBlocks } from '../text/blocks.ts';
import { splitPage } from '../text/page.ts';

export type PageState = { id: string; revisionId: string; revision: number; path: string; parentId: string | null; title: string };
export type ControlState = { id: string; code: string; slug: string; pageId: string; number: string };
/** What a space holds at one time, in reading order. */
export type SpaceState = { pages: PageState[]; controls: ControlState[] };

export type ControlLine = { id: string; code: string; slug: string; number: string; title: string; page: { path: string; title: string } };
export type PageLine = { id: string; path: string; title: string };
export type Summary = {
  controls: {
    added: ControlLine[];
    changed: Array<ControlLine & { before: string; after: string }>;
    moved: Array<ControlLine & { from: { path: string; title: string } }>;
    renumbered: Array<ControlLine & { from: string }>;
    withdrawn: ControlLine[];
  };
  pages: {
    added: PageLine[];
    /** The words around the controls; `from` and `to` are the revisions. */
    changed: Array<PageLine & { from: number; to: number }>;
    renamed: Array<PageLine & { from: string }>;
    moved: Array<PageLine & { from: string }>;
    withdrawn: PageLine[];
  };
};

/**
 * What changed between two states of a space, made from them alone. `texts` gives the text of a revision; only those of pages that differ are asked for.
 * One thing may stand in several lists: a control that was moved and reworded is moved and changed.
 */
export function summarise(before: SpaceState, after: SpaceState, texts: (revisionId: string) => string): Summary {
  const [pagesBefore, pagesAfter] = [byId(before.pages), byId(after.pages)];
  const [controlsBefore, controlsAfter] = [byId(before.controls), byId(after.controls)];
  const read = reader(texts);
  const line = (control: ControlState, pages: Map<string, PageState>): ControlLine => {
    const page = pages.get(control.pageId);
    const { id, code, slug, number } = control;
    const title = page ? (/^:{3,}control\[((?:[^\\[\]]|\\.)*)\]/.exec(read(page.revisionId).controls.get(slug) ?? '')?.[1] ?? slug) : slug;
    return { id, code, slug, number, title: title.replace(/\\([\\[\]])/g, '$1'), page: placeOf(page) };
  };
  const both = after.controls
    .filter(({ id }) => controlsBefore.has(id))
    .map((control) => ({ was: controlsBefore.get(control.id) as ControlState, now: control }));
  const words = (control: ControlState, pages: Map<string, PageState>) => read(pages.get(control.pageId)?.revisionId ?? '').controls.get(control.slug) ?? '';
  const sameText = ({ was, now }: (typeof both)[number]) => pagesBefore.get(was.pageId)?.revisionId === pagesAfter.get(now.pageId)?.revisionId;
  const shuffled = outOfOrder(before.controls, after.controls, ({ pageId }) => pageId);
  const stayed = after.pages.filter(({ id }) => pagesBefore.has(id)).map((page) => ({ was: pagesBefore.get(page.id) as PageState, now: page }));
  const shuffledPages = outOfOrder(before.pages, after.pages, ({ parentId }) => parentId ?? '');
  const here = ({ id, path, title }: PageState): PageLine => ({ id, path, title });
  return {
    controls: {
      added: after.controls.filter(({ id }) => !controlsBefore.has(id)).map((control) => line(control, pagesAfter)),
      changed: both
        .filter((pair) => !sameText(pair))
        .map(({ was, now }) => ({ ...line(now, pagesAfter), before: words(was, pagesBefore), after: words(now, pagesAfter) }))
        .filter((each) => withoutAlias(each.before) !== withoutAlias(each.after)),
      moved: both
        .filter(({ was, now }) => was.pageId !== now.pageId || shuffled.has(now.id))
        .map(({ was, now }) => ({ ...line(now, pagesAfter), from: placeOf(pagesBefore.get(was.pageId)) })),
      renumbered: both.filter(({ was, now }) => was.number !== now.number).map(({ was, now }) => ({ ...line(now, pagesAfter), from: was.number })),
      withdrawn: before.controls.filter(({ id }) => !controlsAfter.has(id)).map((control) => line(control, pagesBefore)),
    },
    pages: {
      added: after.pages.filter(({ id }) => !pagesBefore.has(id)).map(here),
      changed: stayed
        .filter(({ was, now }) => was.revisionId !== now.revisionId && read(was.revisionId).around !== read(now.revisionId).around)
        .map(({ was, now }) => ({ ...here(now), from: was.revision, to: now.revision })),
      renamed: stayed.filter(({ was, now }) => was.title !== now.title).map(({ was, now }) => ({ ...here(now), from: was.title })),
      moved: stayed
        .filter(({ was, now }) => was.path !== now.path || was.parentId !== now.parentId || shuffledPages.has(now.id))
        .map(({ was, now }) => ({ ...here(now), from: was.path })),
      withdrawn: before.pages.filter(({ id }) => !pagesAfter.has(id)).map(here),
    },
  };
}

/** Is there nothing to say? */
export const nothingChanged = ({ controls, pages }: Summary): boolean =>
  [...Object.values(controls), ...Object.values(pages)].every((list) => list.length === 0);

const byId = <T extends { id: string }>(rows: readonly T[]): Map<string, T> => new Map(rows.map((row) => [row.id, row]));
const placeOf = (page: PageState | undefined) => ({ path: page?.path ?? '', title: page?.title ?? '' });
const withoutAlias = (text: string): string => text.replace(/^(:{3,}control\[[^\n]*?\{[^\n]*?) alias="[^"]*"/, '$1').trim();

/** Each text cut once: its controls by name, and everything else but the title. */
function reader(texts: (revisionId: string) => string) {
  const known = new Map<string, { controls: Map<string, string>; around: string }>();
  return (revisionId: string) => {
    const found = known.get(revisionId);
    if (found) return found;
    const { front, body } = splitPage(texts(revisionId));
    const blocks = splitBlocks(body);
    const controls = new Map(blocks.flatMap((block) => (block.kind === 'control' && block.slug ? [[block.slug, block.text.trim()]] : [])));
    const { title: _, ...rest } = front;
    const around = JSON.stringify([rest, blocks.filter(({ kind }) => kind !== 'control').map(({ text }) => text.trim())]);
    known.set(revisionId, { controls, around });
    return { controls, around };
  };
}

/** Which of those that stayed beside the same others stand in another order among them: as few as explain it. */
function outOfOrder<T extends { id: string }>(before: readonly T[], after: readonly T[], within: (row: T) => string): Set<string> {
  const then = Map.groupBy(before, within);
  const out = new Set<string>();
  for (const [place, rows] of Map.groupBy(after, within)) {
    const old = (then.get(place) ?? []).map(({ id }) => id);
    const known = new Set(old);
    const now = rows.map(({ id }) => id).filter((id) => known.has(id));
    const kept = new Set(now);
    const left = old.filter((id) => kept.has(id));
    const inOrder = new Set(alignEqual(left, now).map(([, j]) => now[j]));
    for (const id of now) if (!inOrder.has(id)) out.add(id);
  }
  return out;
}
