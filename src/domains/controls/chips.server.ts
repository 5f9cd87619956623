import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';

/** Controls as chips in messages: by id, and by their address. */
export const controlChips = {
  async show(tx: Tx, ids: string[]): Promise<Map<string, { title: string; path: string }>> {
    const { rows } = await sql<{ id: string; title: string; path: string }>`
      select id, concat_ws(' ', number, title) as title, '/c/' || code as path from app.controls where id = any(${ids}::uuid[])`.execute(tx);
    return new Map(rows.map((row) => [row.id, row]));
  },
  async find(tx: Tx, path: string): Promise<string | undefined> {
    const code = /^\/c\/([0-9a-z]{4,32})$/.exec(path)?.[1];
    return code && (await sql<{ id: string }>`select id from app.controls where code = ${code}`.execute(tx)).rows[0]?.id;
  },
};
