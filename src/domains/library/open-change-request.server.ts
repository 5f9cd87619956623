import { newId } from '#platform/ids.ts';
import { notFound, Refusal } from '#platform/errors.ts';
import { record } from '#platform/events.server.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { droppedControls, pageProblems } from './check-page-text.ts';
import type { OpenChangeRequest, PageChange } from './model.ts';
import { needSuccessors } from './withdrawals.server.ts';

export type Opened = { id: string; number: number; repeated: boolean };
/** What an import says beyond what a member may: the source's own words, and former addresses of the page. */
export type ProposedChange = PageChange & { source_text?: string | null; redirects_from?: string[] };

/**
 * Opens a change request. The same retry key from the same byline answers with the request it made before.
 * Refuses: common.not_found, library.change_request.invalid (with problems), library.change_request.drops_control, library.withdrawal.successor_gone, library.change_request.nothing_changed.
 */
export async function openChangeRequest(
  tx: Tx,
  input: Omit<OpenChangeRequest, 'pages' | 'undoes' | 'nature'> & { undoes?: string | null; nature?: OpenChangeRequest['nature']; pages: ProposedChange[] },
): Promise<Opened> {
  const before = await tx
    .selectFrom('app.change_requests')
    .select(['id', 'number'])
    .where('byline_id', '=', input.byline_id)
    .where('retry_key', '=', input.retry_key)
    .executeTakeFirst();
  if (before) return { ...before, repeated: true };
  const space = await tx.selectFrom('app.spaces').select(['id', 'audience_id']).where('id', '=', input.space_id).executeTakeFirst();
  if (!space) throw notFound();
  await checkPages(tx, space.id, input.pages);

  const id = input.id ?? newId();
  await tx
    .insertInto('app.change_requests')
    .values({
      id,
      space_id: space.id,
      audience_id: space.audience_id,
      title: input.title,
      reason: input.reason,
      byline_id: input.byline_id,
      retry_key: input.retry_key,
      nature: input.nature ?? 'substantive',
      undoes: input.undoes ?? null,
    })
    .execute();
  for (let i = 0; i < input.pages.length; i += 200) {
    await tx
      .insertInto('app.change_request_pages')
      .values(
        input.pages.slice(i, i + 200).map((page) => ({
          ...page,
          withdrawals: JSON.stringify(page.withdrawals ?? []),
          id: newId(),
          change_request_id: id,
          audience_id: space.audience_id,
        })),
      )
      .execute();
  }
  await record(tx, {
    kind: 'change_request.opened',
    audienceId: space.audience_id,
    bylineId: input.byline_id,
    subjectKind: 'change_request',
    subjectId: id,
    data: { space_id: space.id },
  });
  const { number } = await tx.selectFrom('app.change_requests').select('number').where('id', '=', id).executeTakeFirstOrThrow();
  return { id, number, repeated: false };
}

/** Refuses what no reviewer should have to find: broken text (of `fresh` pages only, where others were looked at before), a control that vanishes unsaid, a successor that is not there, no change at all. */
export async function checkPages(tx: Tx, spaceId: string, pages: readonly ProposedChange[], fresh?: ReadonlySet<string>): Promise<void> {
  const problems = pages.flatMap((page) =>
    page.action === 'retire' || fresh?.has(page.page_id) === false ? [] : pageProblems(page.text).map((problem) => ({ ...problem, path: page.path })),
  );
  if (problems.length) throw new Refusal('library.change_request.invalid', { details: { problems } });

  const bases = pages.flatMap((page) => (page.base_revision_id ? [page.base_revision_id] : []));
  const revisions = bases.length
    ? await tx
        .selectFrom('app.revisions as r')
        .innerJoin('app.pages as p', 'p.id', 'r.page_id')
        .leftJoin('app.pages as above', 'above.id', 'p.parent_id')
        .select(['r.id', 'r.page_id', 'r.text', 'p.path', 'p.position', 'above.path as parent_path'])
        .where('r.id', 'in', bases)
        .where('p.space_id', '=', spaceId)
        .execute()
    : [];
  const byId = new Map(revisions.map((revision) => [revision.id, revision]));
  let changed = false;
  for (const page of pages) {
    if (page.action === 'create') {
      changed = true;
      continue;
    }
    const base = page.base_revision_id ? byId.get(page.base_revision_id) : undefined;
    if (!base || base.page_id !== page.page_id) throw notFound();
    const moved = page.path !== base.path || (page.position !== null && (page.position !== base.position || page.parent_path !== base.parent_path));
    changed ||= page.action === 'retire' || page.action === 'restore' || base.text !== page.text || moved || Boolean(page.redirects_from?.length);
    if (page.action !== 'retire' && base.text === page.text) continue;
    const dropped = droppedControls(base.text, page.action === 'retire' ? '' : page.text).filter(
      (slug) => !page.retires.includes(slug) && !standsElsewhere(pages, page, slug),
    );
    if (dropped.length) throw new Refusal('library.change_request.drops_control', { details: { path: page.path, slugs: dropped } });
  }
  await needSuccessors(tx, spaceId, pages, 422);
  if (!changed) throw new Refusal('library.change_request.nothing_changed');
}

function standsElsewhere(pages: readonly PageChange[], than: PageChange, slug: string): boolean {
  return pages.some((page) => page !== than && page.action !== 'retire' && new RegExp(`\\{#${slug}[\\s}]`).test(page.text));
}
