/** Plants the starter library: one change request per space, merged, so that even the first text has a history. */
import { mergeChangeRequest } from '#domains/library/merge-change-request.server.ts';
import { openChangeRequest } from '#domains/library/open-change-request.server.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';
import { readPages, readSpaces } from './starter.ts';

/** Writes every space that is not there yet, as one service byline, merged by another; answers with the ids of the new spaces. */
export async function plantLibrary(tx: Tx, author: string, merger: string): Promise<string[]> {
  const planted: string[] = [];
  for (const space of readSpaces()) {
    if (await tx.selectFrom('app.spaces').select('id').where('slug', '=', space.slug).executeTakeFirst()) continue;
    const id = newId();
    await tx
      .insertInto('app.spaces')
      .values({
        id,
        slug: space.slug,
        audience_id: 1,
        title: space.title,
        description: space.description,
        licence: space.licence,
        sources: JSON.stringify(space.sources),
        position: space.order,
      })
      .execute();
    const pages = readPages(space).map(({ path, parent, position, text }) => ({
      action: 'create' as const,
      page_id: newId(),
      base_revision_id: null,
      path,
      parent_path: parent,
      position,
      text,
      retires: [],
    }));
    const request = await openChangeRequest(tx, { space_id: id, title: space.title, reason: 'Starter library', retry_key: newId(), byline_id: author, pages });
    await mergeChangeRequest(tx, { id: request.id, byline_id: merger });
    planted.push(id);
  }
  return planted;
}
