import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';

type Shown = { id: string; title: string; path: string };
const byId = (rows: Shown[]) => new Map(rows.map((row) => [row.id, row]));

/** Pages as chips in messages: by id, and by their address. */
export const pageChips = {
  async show(tx: Tx, ids: string[]): Promise<Map<string, Shown>> {
    const { rows } =
      await sql<Shown>`select p.id, p.title, '/library/' || s.slug || '/' || p.path as path from app.pages p join app.spaces s on s.id = p.space_id where p.id = any(${ids}::uuid[])`.execute(
        tx,
      );
    return byId(rows);
  },
  async find(tx: Tx, path: string): Promise<string | undefined> {
    const [, space, page] = /^\/library\/([a-z0-9-]+)\/([^?#]+?)(?:\/talk|\/history)?\/?$/.exec(path) ?? [];
    if (!space) return undefined;
    return (
      await sql<{ id: string }>`select p.id from app.pages p join app.spaces s on s.id = p.space_id where s.slug = ${space} and p.path = ${page}`.execute(tx)
    ).rows[0]?.id;
  },
};

/** Change requests as chips in messages. */
export const changeChips = {
  async show(tx: Tx, ids: string[]): Promise<Map<string, Shown>> {
    const { rows } = await sql<Shown>`
      select r.id, '#' || r.number || ' ' || r.title as title, '/changes/' || s.slug || '/' || r.number as path from app.change_requests r join app.spaces s on s.id = r.space_id where r.id = any(${ids}::uuid[])`.execute(
      tx,
    );
    return byId(rows);
  },
  async find(tx: Tx, path: string): Promise<string | undefined> {
    const [, space, number] = /^\/changes\/([a-z0-9-]+)\/(\d{1,9})$/.exec(path) ?? [];
    if (!space) return undefined;
    return (
      await sql<{
        id: string;
      }>`select r.id from app.change_requests r join app.spaces s on s.id = r.space_id where s.slug = ${space} and r.number = ${Number(number)}`.execute(tx)
    ).rows[0]?.id;
  },
};
