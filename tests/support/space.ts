import { mergeChangeRequest } from '#domains/library/merge-change-request.server.ts';
import { openChangeRequest } from '#domains/library/open-change-request.server.ts';
import { as } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';

export const pageText = (title: string, ...blocks: string[]) => `---\ntitle: ${title}\ndescription: What ${title} is about\n---\n\n${blocks.join('\n\n')}\n`;
export const controlText = (slug: string, title: string, text: string, alias = '') =>
  `:::control[${title}]{#${slug} kind="control" entity="mno" role="mno" dimension="authentication"${alias && ` alias="${alias}"`}}\n${text}\n:::`;

export type MadeSpace = { id: string; slug: string; pages: Record<string, string>; authorId: string };

/** A space with these pages, published by two services, for the audience given. */
export async function makeSpace(slug: string, audienceId: number, pages: Record<string, string>): Promise<MadeSpace> {
  const [id, author, merger] = [newId(), newId(), newId()];
  const ids = Object.fromEntries(Object.keys(pages).map((path) => [path, newId()]));
  await as({ kind: 'clerk' }, async (tx) => {
    await tx
      .insertInto('app.bylines')
      .values([
        { id: author, kind: 'service', name: 'Writer' },
        { id: merger, kind: 'service', name: 'Publisher' },
      ])
      .execute();
    await tx.insertInto('app.spaces').values({ id, slug, audience_id: audienceId, title: slug }).execute();
    const request = await openChangeRequest(tx, {
      space_id: id,
      title: 'First text',
      reason: 'Start',
      retry_key: newId(),
      byline_id: author,
      pages: Object.entries(pages).map(([path, text], position) => ({
        action: 'create' as const,
        page_id: ids[path]!,
        base_revision_id: null,
        path,
        parent_path: null,
        position,
        text,
        retires: [],
      })),
    });
    await mergeChangeRequest(tx, { id: request.id, byline_id: merger });
  });
  return { id, slug, pages: ids, authorId: author };
}
