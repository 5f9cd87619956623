import { sql } from 'kysely';
import { newId } from '#platform/ids.ts';
import { notFound, Refusal } from '#platform/errors.ts';
import { record } from '#platform/events.server.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { findBrokenLinks } from './broken-links.server.ts';
import { droppedControls, pageProblems } from './check-page-text.ts';
import { findMissing } from './deciding/queries.server.ts';
import type { BlockId, Withdrawal } from './model.ts';
import { placePages } from './place-pages.server.ts';
import { lockPlaces, needFreePlaces, needRoots } from './places.server.ts';
import { projectPage } from './project-page.server.ts';
import { seenMark } from './seen.server.ts';
import { assignBlockIds, newBlockId } from './text/block-ids.ts';
import { type Choice, mergeBlocks, resolveConflicts } from './text/merge-blocks.ts';
import { splitPage } from './text/page.ts';
import { nameWithdrawnControls, needSuccessors } from './withdrawals.server.ts';

export type Merge = {
  id: string;
  byline_id: string;
  reason?: string;
  /** What to take where both sides changed the same block, by page id: ours is the published text, theirs the proposal. */
  choices?: Record<string, Choice[]>;
  /** What the reviewer had before their eyes (`seenMark`); anything else than the present state is refused. */
  seen?: string;
};
export type Wanted = Awaited<ReturnType<typeof wantedPages>>[number];

/**
 * Makes the proposal the published text: a revision for each page, its registry entries, search and history, all or nothing.
 * Refuses: common.not_found, library.change_request.not_open, library.change_request.may_not_decide, library.change_request.rules_not_met (409, with what is missing), library.change_request.moved (409: reworded or moved since `seen`), library.change_request.conflict (409, with the conflicts), library.change_request.invalid, library.change_request.breaks_links (409, with the links),
 * and what `needFreePlaces`, `needSuccessors`, `findParent` and `needRoots` refuse.
 */
export async function mergeChangeRequest(tx: Tx, input: Merge): Promise<void> {
  const request = await tx
    .selectFrom('app.change_requests as c')
    .innerJoin('app.spaces as s', 's.id', 'c.space_id')
    .select(['c.id', 'c.audience_id', 'c.byline_id', 'c.status', 'c.space_id', 'c.reason', 's.slug'])
    .where('c.id', '=', input.id)
    .executeTakeFirst();
  if (!request) throw notFound();
  if (request.status !== 'open') throw new Refusal('library.change_request.not_open', { status: 409 });
  // The lock goes through the policies and makes a second merger wait, then find nothing open. The right itself is told beside the row.
  const locked = await tx
    .selectFrom('app.change_requests')
    .select([
      sql<boolean>`app.may_decide(id) or current_user = 'indaba_clerk'`.as('may_decide'),
      // An import reports the broken links of its source; it could not mend them.
      sql<boolean>`current_user = 'indaba_clerk'`.as('is_import'),
    ])
    .where('id', '=', input.id)
    .where('status', '=', 'open')
    .forUpdate()
    .executeTakeFirst();
  if (!locked?.may_decide) throw new Refusal('library.change_request.may_not_decide', { status: 403 });

  const missing = locked.is_import ? [] : await findMissing(tx, input.id);
  if (missing.length) throw new Refusal('library.change_request.rules_not_met', { status: 409, details: { missing } });

  const placed = await lockPlaces(tx, request);
  // Two requests on one page are merged one after the other: the second sees what the first made.
  await tx
    .selectFrom('app.pages')
    .select('id')
    .where('id', 'in', (pages) => pages.selectFrom('app.change_request_pages').select('page_id').where('change_request_id', '=', input.id))
    .orderBy('id')
    .forUpdate()
    .execute();
  await sql`select app.keep_places(${input.id})`.execute(tx);
  const wanted = await wantedPages(tx, input.id);
  if (input.seen && input.seen !== seenMark(wanted)) throw new Refusal('library.change_request.moved', { status: 409 });
  const texts = new Map(wanted.map((page) => [page.page_id, settle(page, input.choices?.[page.page_id])]));
  const problems = wanted.flatMap((page) =>
    page.action === 'retire' ? [] : pageProblems(texts.get(page.page_id)!).map((problem) => ({ ...problem, path: page.path })),
  );
  if (problems.length) throw new Refusal('library.change_request.invalid', { details: { problems } });

  await needFreePlaces(tx, request, placed, texts);
  await needSuccessors(
    tx,
    request.space_id,
    wanted.map((page) => ({ ...page, text: texts.get(page.page_id) ?? '' })),
    409,
  );
  // Who only changed words does not put the page back where it stood.
  const asks = new Set(placed.flatMap((page) => (page.asks_place ? [page.page_id] : [])));
  for (const page of wanted) if (!asks.has(page.page_id)) Object.assign(page, { position: null, parent_path: null });
  if (!locked.is_import) await needWholeLinks(tx, request, wanted, texts);
  await placePages(tx, request, wanted, texts);
  if (asks.size) await needRoots(tx, request.space_id);
  for (const page of wanted) if (page.action !== 'retire') await publish(tx, request, input.byline_id, page, texts.get(page.page_id)!);
  await nameWithdrawnControls(tx, request, wanted, texts);
  await tx
    .updateTable('app.change_requests')
    .set({ status: 'merged', decided_by: input.byline_id, decided_at: new Date(), decision_reason: input.reason ?? null })
    .where('id', '=', request.id)
    .execute();
  await record(tx, {
    kind: 'change_request.merged',
    audienceId: request.audience_id,
    bylineId: input.byline_id,
    subjectKind: 'change_request',
    subjectId: request.id,
    data: { space_id: request.space_id },
  });
}

async function wantedPages(tx: Tx, requestId: string) {
  return tx
    .selectFrom('app.change_request_pages as c')
    .leftJoin('app.pages as p', 'p.id', 'c.page_id')
    .leftJoin('app.revisions as now', 'now.id', 'p.revision_id')
    .leftJoin('app.revisions as base', 'base.id', 'c.base_revision_id')
    .select([
      'c.page_id',
      'c.action',
      'c.path',
      'c.parent_path',
      'c.position',
      'c.text',
      'c.retires',
      sql<Withdrawal[]>`c.withdrawals`.as('withdrawals'),
      'c.redirects_from',
      'c.base_revision_id',
      'p.revision_id as now_revision_id',
      'p.path as path_now',
      'now.text as now_text',
      'now.blocks as now_blocks',
      'now.number as now_number',
      'base.text as base_text',
    ])
    .where('c.change_request_id', '=', requestId)
    .orderBy('c.position')
    .orderBy('c.id')
    .execute();
}

/** The text a page will have. Edits that do not touch each other are joined; those that do need a choice each. */
function settle(page: Wanted, choices: Choice[] | undefined): string {
  if (page.action !== 'edit' || page.now_revision_id === page.base_revision_id) return page.text;
  const merged = mergeBlocks(page.base_text ?? '', page.now_text ?? '', page.text);
  if (merged.conflicts.length && (choices?.length ?? 0) < merged.conflicts.length) {
    throw new Refusal('library.change_request.conflict', { status: 409, details: { page_id: page.page_id, path: page.path, conflicts: merged.conflicts } });
  }
  const text = merged.conflicts.length ? resolveConflicts(merged, choices ?? []) : merged.text;
  const lost = droppedControls(page.now_text ?? '', text).filter((slug) => !page.retires.includes(slug));
  if (lost.length) throw new Refusal('library.change_request.drops_control', { status: 409, details: { path: page.path, slugs: lost } });
  return text;
}

async function needWholeLinks(tx: Tx, request: { space_id: string; slug: string }, wanted: Wanted[], texts: Map<string, string>): Promise<void> {
  const pages = wanted.map((page) => ({
    page_id: page.page_id,
    path_now: page.path_now,
    path: page.path,
    title: page.path,
    before: page.now_text,
    after: page.action === 'retire' ? null : (texts.get(page.page_id) ?? ''),
  }));
  const links = await findBrokenLinks(tx, { id: request.space_id, slug: request.slug }, pages);
  if (links.length)
    throw new Refusal('library.change_request.breaks_links', {
      status: 409,
      details: {
        links: links
          .slice(0, 10)
          .map(({ href }) => href)
          .join(', '),
      },
    });
}

async function publish(tx: Tx, request: Parameters<typeof placePages>[1], merger: string, page: Wanted, text: string): Promise<void> {
  if (page.action === 'edit' && text === page.now_text) return;
  const before = page.now_text == null ? null : splitPage(page.now_text).body;
  const blocks = assignBlockIds((page.now_blocks ?? []) as BlockId[], before, splitPage(text).body, newBlockId);
  const revision = newId();
  await tx
    .insertInto('app.revisions')
    .values({
      id: revision,
      page_id: page.page_id,
      audience_id: request.audience_id,
      number: (page.now_number ?? 0) + 1,
      text,
      blocks: JSON.stringify(blocks),
      change_request_id: request.id,
      byline_id: request.byline_id,
    })
    .execute();
  await projectPage(tx, {
    id: page.page_id,
    revision_id: revision,
    audience_id: request.audience_id,
    space_id: request.space_id,
    space_slug: request.slug,
    text,
  });
  await record(tx, {
    kind: 'page.revised',
    audienceId: request.audience_id,
    bylineId: merger,
    subjectKind: 'page',
    subjectId: page.page_id,
    data: { revision_id: revision, space_id: request.space_id, change_request_id: request.id },
  });
}
