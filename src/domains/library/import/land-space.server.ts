import type { PlannedSpace } from '#domains/exchange/gitbook/plan-import.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';
import { mergeChangeRequest } from '../merge-change-request.server.ts';
import { openChangeRequest, type ProposedChange } from '../open-change-request.server.ts';
import { parseControls } from '../text/controls.ts';
import { splitPage } from '../text/page.ts';
import { landPictures, type Pictures } from './land-pictures.server.ts';
import { type Asked, type KnownSpace, type Landed, IMPORTER, MERGER } from './model.ts';
import { settlePages } from './settle-pages.ts';

export type LandSpace = {
  planned: PlannedSpace;
  /** The space it goes into; a new public one is made when there is none. */
  known: KnownSpace | undefined;
  pictures: Pictures;
  publish: boolean;
  licence: string;
  sources: string[];
  /** What the requests say: the one that brings the book in, the one that needs a person, and one that a newer replaces. */
  words: { title: string; reason: string; aside: string; asideReason: string; replaced: string };
};

/**
 * Brings one planned space in: pictures, one change request (merged when it is to be published), former addresses. What source and
 * hub both changed stays an open request of its own. Nothing is written where nothing changed.
 * Refuses what openChangeRequest and mergeChangeRequest refuse.
 */
export async function landSpace(tx: Tx, input: LandSpace): Promise<Landed> {
  const { planned, publish, words } = input;
  const importer = await service(tx, IMPORTER);
  const space = input.known ?? (await newSpace(tx, input));
  const wanted = settlePages(planned, space);
  const landed: Landed = {
    slug: space.slug,
    title: space.title,
    isNew: !input.known,
    pages: wanted.pages,
    placed: wanted.main.filter((change) => change.action === 'edit' && change.text === space.pages.find((page) => page.id === change.page_id)?.text).length,
    controls: controlsOf(planned, [...wanted.main, ...wanted.aside]),
    redirects: 0,
    files: await landPictures(tx, { space, assets: planned.assets, pictures: input.pictures, publish, bylineId: importer }),
    requests: [],
  };
  const open = space.asked.filter((asked) => asked.status === 'open');
  const ask = async (kind: 'main' | 'aside', pages: ProposedChange[], title: string, reason: string): Promise<void> => {
    if (!pages.length) return;
    const waiting = open.find((asked) => sameWish(asked, pages));
    if (waiting && !(publish && kind === 'main')) {
      open.splice(open.indexOf(waiting), 1);
      for (const page of landed.pages)
        if (waiting.pages.some((each) => each.path === page.path) && !['unchanged', 'kept'].includes(page.outcome))
          Object.assign(page, { outcome: 'waiting', request: waiting.number });
      return;
    }
    const request = await openChangeRequest(tx, {
      space_id: space.id,
      title: title.slice(0, 200),
      reason,
      retry_key: newId(),
      byline_id: importer,
      pages,
    });
    const merged = publish && kind === 'main';
    if (merged) await mergeChangeRequest(tx, { id: request.id, byline_id: await service(tx, MERGER) });
    else for (const page of landed.pages) if (page.outcome !== 'kept' && pages.some((each) => each.path === page.path)) page.request ??= request.number;
    landed.requests.push({ number: request.number, merged, kind });
  };
  await ask('main', wanted.main, words.title, words.reason);
  if (publish) await rebase(tx, wanted.aside);
  await ask('aside', wanted.aside, words.aside, words.asideReason);
  // What was asked before and is not wanted any more, or is wanted otherwise now, does not wait for a reviewer in vain.
  for (const { id } of open)
    await tx
      .updateTable('app.change_requests')
      .set({ status: 'withdrawn', decided_by: importer, decided_at: new Date(), decision_reason: words.replaced })
      .where('id', '=', id)
      .execute();
  landed.redirects = publish ? wanted.main.reduce((sum, change) => sum + (change.redirects_from?.length ?? 0), 0) : 0;
  if (publish) await nameSources(tx, space, input.sources);
  return landed;
}

/** What goes aside is laid over the text that the merge has just made. */
async function rebase(tx: Tx, changes: ProposedChange[]): Promise<void> {
  for (const change of changes) {
    const page = await tx.selectFrom('app.pages').select('revision_id').where('id', '=', change.page_id).executeTakeFirstOrThrow();
    change.base_revision_id = page.revision_id;
  }
}

/** The id of the service byline with this name, made if it is missing. */
export async function service(tx: Tx, name: string): Promise<string> {
  const found = await tx.selectFrom('app.bylines').select('id').where('kind', '=', 'service').where('name', '=', name).executeTakeFirst();
  if (found) return found.id;
  const id = newId();
  await tx.insertInto('app.bylines').values({ id, kind: 'service', name }).execute();
  return id;
}

async function newSpace(tx: Tx, { planned, licence, sources }: LandSpace): Promise<KnownSpace> {
  const last = await tx
    .selectFrom('app.spaces')
    .select((eb) => eb.fn.max('position').as('position'))
    .executeTakeFirst();
  const { slug, title } = planned;
  const description = planned.pages[0]?.imported.description ?? '';
  const id = newId();
  await tx
    .insertInto('app.spaces')
    .values({ id, slug, audience_id: 1, title, description, licence, sources: JSON.stringify(sources), position: (last?.position ?? 0) + 1 })
    .execute();
  return { id, slug, audienceId: 1, title, sources, pages: [], retired: [], asked: [], redirects: new Set() };
}

/** A space that was here keeps its licence and its sources; the new source is named beside them. */
async function nameSources(tx: Tx, space: KnownSpace, sources: string[]): Promise<void> {
  const all = [...new Set([...space.sources, ...sources])];
  if (all.length === space.sources.length) return;
  await tx
    .updateTable('app.spaces')
    .set({ sources: JSON.stringify(all) })
    .where('id', '=', space.id)
    .execute();
}

const sameWish = (asked: Asked, pages: ProposedChange[]): boolean => {
  const wish = (list: { action: string; path: string; source: string }[]) => list.map((each) => JSON.stringify([each.action, each.path, each.source])).sort();
  const now = pages.map((page) => ({ action: page.action, path: page.path, source: page.source_text ?? page.text }));
  return wish(asked.pages).join('\n') === wish(now).join('\n');
};

function controlsOf(planned: PlannedSpace, changes: ProposedChange[]): Landed['controls'] {
  const fresh = planned.controls.filter((control) => !control.existing).length;
  const held = new Set(changes.flatMap((change) => parseControls(splitPage(change.text).body).controls.map((control) => control.slug)));
  return { kept: planned.controls.length - fresh, fresh, retired: changes.flatMap((change) => change.retires.filter((slug) => !held.has(slug))) };
}
