import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';

export type StoredFile = { name: string; mime: string; size: number; hash: string; open: boolean };

/** A file I may read, of a text, of one that I am writing, or of a message, or nothing: absent and not-yours look alike. `open` = everybody may, for good. */
export async function findFile(tx: Tx, id: string): Promise<StoredFile | undefined> {
  // A message can be taken back at any time, so no cache keeps its files unasked, whoever reads them.
  const { rows } = await sql<Omit<StoredFile, 'size' | 'hash'> & { size: string; sha256: Buffer }>`
    select name, mime, size, sha256, audience_id = 1 as open from app.files where id = ${id}
    union all select name, mime, size, sha256, false from app.attachments where id = ${id}
    union all select path, mime, size, sha256, false from app.draft_pictures where id = ${id}`.execute(tx);
  const row = rows[0];
  return row && { name: row.name, mime: row.mime, size: Number(row.size), hash: row.sha256.toString('hex'), open: row.open };
}
