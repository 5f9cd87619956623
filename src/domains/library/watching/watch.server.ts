import { sql } from 'kysely';
import * as v from 'valibot';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { parse } from '#platform/input.ts';

export const WATCHABLE = ['page', 'control', 'space'] as const;
export type Watchable = (typeof WATCHABLE)[number];
/** What is watched from now on, or no more; a control also by its code. */
export const SetWatch = v.object({
  kind: v.picklist(WATCHABLE, 'common.bad_input'),
  id: v.pipe(v.string(), v.uuid('common.not_found')),
  watching: v.union([
    v.boolean(),
    v.pipe(
      v.picklist(['0', '1']),
      v.transform((given) => given === '1'),
    ),
  ]),
});

const tables = { page: sql`app.pages`, control: sql`app.controls`, space: sql`app.spaces` };
const columns = { page: sql`page_id`, control: sql`control_id`, space: sql`space_id` };

/** Watches a page, a control or a space that I read, or does so no more. Nobody else learns of it. Refuses: common.not_found. */
export async function setWatch(tx: Tx, input: unknown): Promise<void> {
  const { kind, id, watching } = parse(SetWatch, input);
  if (!watching) {
    await sql`delete from app.watches where member_id = app.me() and ${columns[kind]} = ${id}`.execute(tx);
    return;
  }
  const { rows } = await sql<{ audience_id: number }>`select audience_id from ${tables[kind]} where id = ${id} and app.me() is not null`.execute(tx);
  if (!rows[0]) throw notFound();
  await sql`insert into app.watches (member_id, audience_id, ${columns[kind]}) values (app.me(), ${rows[0].audience_id}, ${id}) on conflict do nothing`.execute(
    tx,
  );
}

/** Do I watch this? */
export async function isWatching(tx: Tx, kind: Watchable, id: string): Promise<boolean> {
  const { rows } = await sql`select from app.watches where member_id = app.me() and ${columns[kind]} = ${id}`.execute(tx);
  return rows.length > 0;
}

export type Watch = { kind: Watchable; id: string; title: string; address: string; space: string; since: Date };

/** What I watch and still read, spaces first. */
export async function listWatches(tx: Tx): Promise<Watch[]> {
  const { rows } = await sql<Watch>`
    select case when w.page_id is not null then 'page' when w.control_id is not null then 'control' else 'space' end as kind, coalesce(w.page_id, w.control_id, w.space_id) as id, w.since,
        coalesce(p.title, k.title, s.title) as title, s.title as space,
        case when p.id is not null then '/library/' || s.slug || '/' || p.path when k.id is not null then '/c/' || k.code else '/library/' || s.slug end as address
      from app.watches w left join app.pages p on p.id = w.page_id left join app.controls k on k.id = w.control_id
        join app.spaces s on s.id = coalesce(w.space_id, p.space_id, k.space_id)
     where w.member_id = app.me() order by w.space_id is null, w.page_id is null, s.position, s.title, title, id limit 2000`.execute(tx);
  return rows;
}
