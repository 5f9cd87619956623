import type { Tx } from '#platform/database/open.server.ts';
import type { Asset } from './text/render-page.ts';

type Lookup = (src: string, pagePath: string) => Asset | null;

/** The pictures of a space that a text may name, by the path it names them with, or those of one of its editions; texts without pictures ask nothing. */
export async function listAssets(tx: Tx, spaceId: string, body: string, editionId?: string): Promise<Lookup> {
  if (!/!\[|:::figure/.test(body)) return () => null;
  const named = editionId
    ? tx.selectFrom('app.edition_assets').select(['path', 'file_id']).where('edition_id', '=', editionId)
    : tx.selectFrom('app.space_assets').select(['path', 'file_id']).where('space_id', '=', spaceId);
  const rows = await tx
    .selectFrom(named.as('a'))
    .innerJoin('app.files as f', 'f.id', 'a.file_id')
    .select(['a.path', 'f.id', 'f.name', 'f.width', 'f.height'])
    .execute();
  // Mine that wait to be proposed; nobody else finds one.
  const waiting = await tx.selectFrom('app.draft_pictures').select(['path', 'id', 'path as name', 'width', 'height']).where('space_id', '=', spaceId).execute();
  const byPath = new Map([...waiting, ...rows].map((row) => [row.path, row]));
  return (src, pagePath) => {
    const base = `http://hub/${pagePath}`;
    const named = src.replace(/^\/+/, '');
    const resolved = URL.canParse(src, base) ? decode(new URL(src, base).pathname.slice(1)) : named;
    const found = byPath.get(src) ?? byPath.get(named) ?? byPath.get(resolved);
    return found ? { src: `/files/${found.id}/${encodeURIComponent(found.name)}`, width: found.width ?? undefined, height: found.height ?? undefined } : null;
  };
}

/** Where the pictures are served from that a text names, by the name it has for them. */
export async function picturesIn(tx: Tx, spaceId: string, pagePath: string, body: string): Promise<Record<string, string>> {
  const find = await listAssets(tx, spaceId, body);
  const named = [...body.matchAll(/!\[[^\]]*\]\(<?([^)>\s]+)/g), ...body.matchAll(/^:::+figure[^\n]*\bsrc="([^"]+)"/gm)].map(([, src]) => src ?? '');
  return Object.fromEntries(named.flatMap((src) => (find(src, pagePath) ? [[src, find(src, pagePath)?.src ?? '']] : [])));
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
