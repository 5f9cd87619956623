import type { Tx } from '#platform/database/open.server.ts';

export type StoredFile = { name: string; mime: string; size: number; hash: string; open: boolean };

/** A file I may read, or nothing: absent and not-yours look alike. `open` = everybody may. */
export async function findFile(tx: Tx, id: string): Promise<StoredFile | undefined> {
  const row = await tx.selectFrom('app.files').select(['name', 'mime', 'size', 'sha256', 'audience_id']).where('id', '=', id).executeTakeFirst();
  return row && { name: row.name, mime: row.mime, size: Number(row.size), hash: row.sha256.toString('hex'), open: row.audience_id === 1 };
}
