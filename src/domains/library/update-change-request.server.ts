import { sql } from 'kysely';
import { newId } from '#platform/ids.ts';
import { notFound, Refusal } from '#platform/errors.ts';
import { record } from '#platform/events.server.ts';
import type { Tx } from '#platform/database/open.server.ts';
import type { PageChange } from './model.ts';
import { checkPages } from './open-change-request.server.ts';

type Spot = Pick<PageChange, 'page_id'> & Partial<Pick<PageChange, 'path' | 'parent_path' | 'position'>>;
type Update = {
  id: string;
  byline_id: string;
  title?: string | undefined;
  reason?: string | undefined;
  /** Another text for a page that the request changes already. */
  page?: (Pick<PageChange, 'page_id' | 'text' | 'retires' | 'base_revision_id'> & Partial<Pick<PageChange, 'withdrawals'>>) | undefined;
  /** What it shall do to these pages, whatever it did to them before; and pages it leaves alone again (or, named in both, asks for anew where they stand now). */
  pages?: PageChange[] | undefined;
  drop?: string[] | undefined;
  /** Address or place of pages that it changes, one after the other: giving up a wish and wishing again says that one saw what others decided. */
  spots?: Spot[] | undefined;
};

/**
 * Changes what one's own open request would do: another text for a page (also to bring it up to the present one), more pages, fewer.
 * Refuses: common.not_found, library.change_request.not_open, library.change_request.no_page, and what openChangeRequest refuses of pages.
 */
export async function updateChangeRequest(tx: Tx, input: Update): Promise<void> {
  const request = await tx.selectFrom('app.change_requests').select(['status', 'audience_id', 'space_id']).where('id', '=', input.id).executeTakeFirst();
  if (!request) throw notFound();
  if (request.status !== 'open') throw new Refusal('library.change_request.not_open', { status: 409 });
  // The lock goes through the author's policy, and keeps a merge from reading half of this; after one, nothing open is left to lock.
  const mine = await tx
    .selectFrom('app.change_requests')
    .select(sql<boolean>`app.may_withdraw(id)`.as('may'))
    .where('id', '=', input.id)
    .where('status', '=', 'open')
    .forUpdate()
    .executeTakeFirst();
  if (!mine?.may) throw notFound();
  const before = await standingPages(tx, input.id);
  const was = input.page && before.get(input.page.page_id);
  if (input.page && !was) throw notFound();
  const reworded = input.page && was && { ...was, ...input.page };
  const put = input.pages ?? [];
  const after = new Map<string, PageChange>(before);
  for (const page_id of input.drop ?? []) if (!after.delete(page_id)) throw notFound();
  for (const page of [...(reworded ? [reworded] : []), ...put]) after.set(page.page_id, page);
  for (const spot of input.spots ?? []) after.set(spot.page_id, { ...(after.get(spot.page_id) ?? raise()), ...spot });
  if (!after.size) throw new Refusal('library.change_request.no_page');
  await checkPages(tx, request.space_id, [...after.values()], new Set([...put, ...(reworded ? [reworded] : [])].map(({ page_id }) => page_id)));
  if (reworded) await reword(tx, input.id, reworded);
  await write(tx, { ...request, id: input.id }, before, put, input.drop ?? []);
  for (const { page_id, ...spot } of input.spots ?? [])
    await tx.updateTable('app.change_request_pages').set(spot).where('change_request_id', '=', input.id).where('page_id', '=', page_id).execute();
  if (input.title || input.reason)
    await tx
      .updateTable('app.change_requests')
      .set({ ...(input.title && { title: input.title }), ...(input.reason && { reason: input.reason }) })
      .where('id', '=', input.id)
      .execute();
  await record(tx, {
    kind: 'change_request.changed',
    audienceId: request.audience_id,
    bylineId: input.byline_id,
    subjectKind: 'change_request',
    subjectId: input.id,
    data: { space_id: request.space_id },
  });
}

/** What the request does now. Who asked for no other address goes where the page went meanwhile. */
async function standingPages(tx: Tx, id: string): Promise<Map<string, PageChange>> {
  const { rows } = await sql<PageChange>`
    select c.page_id, c.action, c.base_revision_id, case when c.action = 'edit' and c.path = c.was_path then p.path else c.path end as path, c.parent_path, c.position, c.text, c.retires, c.withdrawals
    from app.change_request_pages c left join app.pages p on p.id = c.page_id where c.change_request_id = ${id}`.execute(tx);
  return new Map(rows.map((row) => [row.page_id, row]));
}

async function reword(tx: Tx, id: string, { page_id, path, text, retires, base_revision_id, withdrawals }: PageChange): Promise<void> {
  const done = await tx
    .updateTable('app.change_request_pages')
    .set({ path, text, retires, base_revision_id, withdrawals: JSON.stringify(withdrawals ?? []) })
    .where('change_request_id', '=', id)
    .where('page_id', '=', page_id)
    .executeTakeFirst();
  if (!Number(done.numUpdatedRows)) throw notFound();
}

/** What was asked for before keeps what its author saw then, but for what is another wish now: the database looks at each change of address and place. */
async function write(
  tx: Tx,
  request: { id: string; audience_id: number },
  before: ReadonlyMap<string, PageChange>,
  put: readonly PageChange[],
  drop: readonly string[],
): Promise<void> {
  const gone = new Set([...drop, ...put.filter((page) => (before.get(page.page_id)?.action ?? page.action) !== page.action).map(({ page_id }) => page_id)]);
  if (gone.size)
    await tx
      .deleteFrom('app.change_request_pages')
      .where('change_request_id', '=', request.id)
      .where('page_id', 'in', [...gone])
      .execute();
  for (const page of put) {
    if (before.has(page.page_id) && !gone.has(page.page_id)) {
      await reword(tx, request.id, page);
      const { path, parent_path, position } = page;
      await tx
        .updateTable('app.change_request_pages')
        .set({ path, parent_path, position })
        .where('change_request_id', '=', request.id)
        .where('page_id', '=', page.page_id)
        .execute();
      continue;
    }
    const withdrawals = JSON.stringify(page.withdrawals ?? []);
    await tx
      .insertInto('app.change_request_pages')
      .values({ ...page, withdrawals, id: newId(), change_request_id: request.id, audience_id: request.audience_id })
      .execute();
  }
}

function raise(): never {
  throw notFound();
}
