import type { PlannedPage, PlannedSpace } from '#domains/exchange/gitbook/plan-import.ts';
import { newId } from '#platform/ids.ts';
import { droppedControls } from '../check-page-text.ts';
import type { ProposedChange } from '../open-change-request.server.ts';
import { mergeBlocks, resolveConflicts } from '../text/merge-blocks.ts';
import type { Asked, KnownPage, KnownSpace, LandedPage, Wanted } from './model.ts';

type Place = { parent_path: string | null; position: number };

/**
 * Says what an import asks of a space: the source's changes since it came in last, joined with what people changed here. Where both
 * changed the same place, people's words stay and the page goes aside a second time, with the source's words there, for a person to decide.
 */
export function settlePages(planned: PlannedSpace, known: KnownSpace): Wanted {
  const wanted: Wanted = { main: [], aside: [], pages: [] };
  const byPath = new Map(known.pages.map((page) => [page.path, page]));
  const retired = (page: PlannedPage) =>
    !byPath.has(page.path) && known.retired.some((gone) => gone.path === page.path || gone.importedFrom === `gitbook:${page.imported.sourcePath}`);
  const living = planned.pages.filter((page) => !retired(page));
  const places = placesOf(living, known.pages);
  for (const page of planned.pages) {
    const say = (outcome: LandedPage['outcome'], asked?: Asked) =>
      wanted.pages.push({ path: page.path, title: page.title, outcome, ...(asked && { request: asked.number }) });
    const there = byPath.get(page.path);
    const place = places.get(page.path);
    if (!place) {
      say('retired');
      continue;
    }
    const declined = known.asked.find((asked) => asked.status === 'declined' && asks(asked, page));
    if (!there) {
      if (!declined) wanted.main.push({ ...changeOf(page.path, place, page.text), action: 'create', page_id: newId(), redirects_from: page.redirectsFrom });
      say(declined ? 'declined' : 'created', declined);
      continue;
    }
    const former = page.redirectsFrom.filter((path) => !known.redirects.has(path) && !byPath.has(path));
    if (page.action === 'unchanged' || declined) {
      wanted.main.push(...led(moved(there, place), declined ? [] : former, there, place));
      say(declined ? 'declined' : there.text === there.base ? 'unchanged' : 'kept', declined);
      continue;
    }
    const merge = mergeBlocks(there.base, there.text, page.text);
    const change = { ...changeOf(page.path, place, merge.text), action: 'edit' as const, page_id: there.id, base_revision_id: there.revisionId };
    if (merge.conflicts.length) {
      const theirs = resolveConflicts(
        merge,
        merge.conflicts.map(() => 'theirs'),
      );
      wanted.aside.push({ ...change, text: theirs, source_text: page.text });
      // What nobody disputes comes in; the next import still compares with what came in before.
      wanted.main.push(...led(merge.text === there.text ? moved(there, place) : [{ ...change, source_text: there.base }], former, there, place));
      say('clash');
    } else if (merge.text === there.text) {
      wanted.main.push(...led(moved(there, place, page.text), former, there, place));
      say('kept');
    } else {
      wanted.main.push(...led([{ ...change, ...(merge.text !== page.text && { source_text: page.text }) }], former, there, place));
      say(merge.text === page.text ? 'edited' : 'joined');
    }
  }
  for (const page of known.pages) {
    const place = places.get(page.path);
    if (place && !planned.pages.some((each) => each.path === page.path)) wanted.main.push(...moved(page, place));
  }
  sayRetires(wanted, known);
  return wanted;
}

const changeOf = (path: string, place: Place, text: string) => ({ path, ...place, text, retires: [] as string[], base_revision_id: null as string | null });

const asks = (asked: Asked, page: PlannedPage): boolean => asked.pages.some((each) => each.path === page.path && each.source === page.text);

/** A page that only changes its place, if it does; its text stays, and so does what counts as the source's. */
function moved(page: KnownPage, place: Place, source = page.base): ProposedChange[] {
  if (page.parentPath === place.parent_path && page.position === place.position) return [];
  const change = changeOf(page.path, place, page.text);
  return [{ ...change, action: 'edit', page_id: page.id, base_revision_id: page.revisionId, ...(source !== page.text && { source_text: source }) }];
}

/** The same changes of a page, that lead its former addresses on as well: addresses change by decision, like text. */
function led(changes: ProposedChange[], former: string[], page: KnownPage, place: Place): ProposedChange[] {
  if (!former.length) return changes;
  const same = { ...changeOf(page.path, place, page.text), action: 'edit' as const, page_id: page.id, base_revision_id: page.revisionId };
  return (changes.length ? changes : [{ ...same, ...(page.base !== page.text && { source_text: page.base }) }]).map((change) => ({
    ...change,
    redirects_from: former,
  }));
}

/**
 * Imported pages stand as in their source. The others keep their parent and their order among themselves: those that were read before
 * the first imported one, with what stands under them, stay before them all; the rest comes after.
 */
function placesOf(planned: PlannedPage[], known: KnownPage[]): Map<string, Place> {
  const living = new Set(planned.map((page) => page.path));
  const places = new Map<string, Place>();
  planned.forEach((page, position) => {
    places.set(page.path, { parent_path: page.parentPath !== null && living.has(page.parentPath) ? page.parentPath : null, position });
  });
  const first = known.findIndex((page) => living.has(page.path));
  const before = new Set<string>();
  known.forEach((page, at) => {
    if (living.has(page.path)) return;
    if (page.parentPath === null ? at < first : before.has(page.parentPath)) before.add(page.path);
  });
  for (const [parent_path, others] of Map.groupBy(
    known.filter((page) => !living.has(page.path)),
    (page) => page.parentPath,
  )) {
    const early = others.filter((page) => before.has(page.path));
    early.forEach((page, rank) => {
      places.set(page.path, { parent_path, position: rank - early.length });
    });
    others
      .filter((page) => !before.has(page.path))
      .forEach((page, rank) => {
        places.set(page.path, { parent_path, position: planned.length + rank });
      });
  }
  return places;
}

/** A control that a text no longer holds and no other page takes over is said to be retired. */
function sayRetires(wanted: Wanted, known: KnownSpace): void {
  const texts = new Map(known.pages.map((page) => [page.id, page.text]));
  const all = [...wanted.main, ...wanted.aside];
  for (const change of all) {
    // A page aside is measured by what it is now and by what the main request makes of it.
    const before = [
      texts.get(change.page_id),
      ...wanted.main.filter((other) => other !== change && other.page_id === change.page_id).map((other) => other.text),
    ];
    change.retires = [...new Set(before.flatMap((text) => droppedControls(text ?? '', change.text)))].filter(
      (slug) => !all.some((other) => other.page_id !== change.page_id && other.text.includes(`{#${slug}`)),
    );
  }
}
