import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import type { Wanted } from './merge-change-request.server.ts';
import { findParent } from './places.server.ts';
import { retireControls } from './project-page.server.ts';
import { splitPage } from './text/page.ts';

type Request = { id: string; space_id: string; audience_id: number; byline_id: string; slug: string; reason: string };

/** New pages first, then their places in the tree, so that a page may be put under one that the same request makes. */
export async function placePages(tx: Tx, request: Request, wanted: Wanted[], texts: ReadonlyMap<string, string>): Promise<void> {
  for (const page of wanted.filter((page) => page.action === 'create')) {
    await tx
      .insertInto('app.pages')
      .values({
        id: page.page_id,
        space_id: request.space_id,
        audience_id: request.audience_id,
        path: page.path,
        position: page.position ?? 0,
        title: splitPage(texts.get(page.page_id)!).front.title ?? page.path,
      })
      .execute();
  }
  const ids = new Map(
    (await tx.selectFrom('app.pages').select(['id', 'path']).where('space_id', '=', request.space_id).execute()).map((page) => [page.path, page.id]),
  );
  for (const page of wanted) {
    if (page.action === 'retire') {
      const said = page.withdrawals.find(({ control }) => control === null);
      const withdrawn = { retired_at: new Date(), retired_because: (said?.because || request.reason).slice(0, 10_000), successor_id: said?.successor ?? null };
      await tx.updateTable('app.pages').set(withdrawn).where('id', '=', page.page_id).execute();
      await retireControls(tx, page.page_id, new Set());
      await sql`select search.put('page', ${page.page_id}, '')`.execute(tx);
      continue;
    }
    if (page.action === 'restore')
      await tx.updateTable('app.pages').set({ retired_at: null, retired_because: null, successor_id: null }).where('id', '=', page.page_id).execute();
    if (page.path_now && page.path_now !== page.path) {
      await tx
        .insertInto('app.page_redirects')
        .values({ space_id: request.space_id, audience_id: request.audience_id, path: page.path_now, page_id: page.page_id })
        .onConflict((c) => c.doNothing())
        .execute();
      await tx.updateTable('app.pages').set({ path: page.path }).where('id', '=', page.page_id).execute();
    }
    if (page.position !== null || page.parent_path !== null) {
      await tx
        .updateTable('app.pages')
        .set({ parent_id: page.parent_path ? await findParent(tx, request.space_id, page.parent_path) : null, position: page.position ?? 0 })
        .where('id', '=', page.page_id)
        .execute();
    }
    // Where a page stands now, no former address is needed.
    const former = page.redirects_from.filter((path) => !ids.has(path));
    if (former.length)
      await tx
        .insertInto('app.page_redirects')
        .values(former.map((path) => ({ space_id: request.space_id, audience_id: request.audience_id, path, page_id: page.page_id })))
        .onConflict((c) => c.doNothing())
        .execute();
  }
}
