import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { parse } from '#platform/input.ts';
import { SharedId } from './model.ts';

export type SharedDraft = {
  id: string;
  space: { id: string; slug: string; title: string; audienceId: number };
  page: { id: string; path: string; title: string };
  /** The open request it would change; without one it becomes a request of its own. */
  request: { id: string; number: number } | null;
  control: string;
  base_revision_id: string | null;
  retry_key: string;
  last_number: number;
  closed_at: Date | null;
  /** Members' browsers may keep what is typed. */
  rest: boolean;
  may_write: boolean;
  may_ask: boolean;
};
export type Writer = { member_id: string; slug: string; name: string; author: boolean; me: boolean };

const COLUMNS = sql`d.id, d.base_revision_id, d.retry_key, d.last_number, d.closed_at, s.id as space_id, s.slug, s.title as space, s.audience_id, a.kind in ('public', 'everyone') as rest,
  coalesce(p.id, cp.page_id) as page_id, coalesce(p.path, cp.path) as path, coalesce(p.title, p2.title, cp.path) as title, c.id as request_id, c.number, case when c.id is null then d.part else '' end as control,
  app.may_write_along(d.id) as may_write, app.may_ask_along(d.id) as may_ask`;
const FROM = sql`app.shared_drafts d join app.spaces s on s.id = d.space_id join app.audiences a on a.id = s.audience_id left join app.pages p on p.id = d.place
  left join app.change_requests c on c.id = d.place left join app.change_request_pages cp on cp.change_request_id = c.id and cp.page_id::text = d.part left join app.pages p2 on p2.id = cp.page_id`;
type Row = Omit<SharedDraft, 'space' | 'page' | 'request'> & {
  space_id: string;
  slug: string;
  space: string;
  audience_id: number;
  page_id: string;
  path: string;
  title: string;
  request_id: string | null;
  number: number | null;
};
const shaped = ({ space_id, slug, space, audience_id, page_id, path, title, request_id, number, ...rest }: Row): SharedDraft => ({
  ...rest,
  space: { id: space_id, slug, title: space, audienceId: audience_id },
  page: { id: page_id, path, title },
  request: request_id ? { id: request_id, number: number ?? 0 } : null,
});

/** A shared draft I write along. Refuses: common.not_found. */
export async function findShared(tx: Tx, id: string): Promise<SharedDraft> {
  const { rows } = await sql<Row>`select ${COLUMNS} from ${FROM} where d.id = ${parse(SharedId, id)}`.execute(tx);
  if (!rows[0]?.page_id) throw notFound();
  return shaped(rows[0]);
}

/** The shared drafts that are open and that I write along, the newest first. */
export async function listShared(tx: Tx): Promise<SharedDraft[]> {
  const { rows } = await sql<Row>`select ${COLUMNS} from ${FROM} where d.closed_at is null order by d.created_at desc limit 200`.execute(tx);
  return rows.filter(({ page_id }) => page_id).map(shaped);
}

/** Who writes a draft: its author first. */
export async function listWriters(tx: Tx, id: string): Promise<Writer[]> {
  const { rows } = await sql<Writer>`select m.id as member_id, m.slug, m.name, x.author, m.id = app.me() as me from (
      select d.member_id, true as author, d.created_at as at from app.shared_drafts d where d.id = ${id}
      union all select w.member_id, false, w.added_at from app.shared_draft_writers w where w.shared_draft_id = ${id} and w.ended_at is null) x
    join app.members m on m.id = x.member_id order by x.author desc, x.at, m.name`.execute(tx);
  return rows;
}

/** Whom the author could ask along: whoever reads the space and may propose there. */
export async function listEligible(tx: Tx, id: string): Promise<Array<{ slug: string; name: string }>> {
  return (await sql<{ slug: string; name: string }>`select slug, name from app.possible_writers(${id})`.execute(tx)).rows;
}

/** The open shared draft about this page or request: mine, or else one that I was asked along to. */
export async function findSharedAt(tx: Tx, place: string, part: string): Promise<{ id: string; mine: boolean } | undefined> {
  const { rows } = await sql<{ id: string; mine: boolean }>`select d.id, d.member_id = (select app.me()) as mine from app.shared_drafts d
    where d.place = ${place} and d.part = ${part} and d.closed_at is null order by mine desc, d.created_at limit 1`.execute(tx);
  return rows[0];
}

type Stored = { number: number; bytes: Buffer };
/** What a draft is made of: the latest sum and the updates behind it; or every update up to a number. */
export async function listUpdates(tx: Tx, id: string, upTo?: number): Promise<Stored[]> {
  if (upTo !== undefined) {
    const { rows } =
      await sql<Stored>`select u.number, u.bytes from app.shared_draft_updates u where u.shared_draft_id = ${id} and u.number <= ${upTo} order by u.number`.execute(
        tx,
      );
    return rows;
  }
  const { rows } = await sql<Stored>`with sum as materialized (select number, state from app.shared_draft_states where shared_draft_id = ${id})
    select s.number, s.state as bytes from sum s
    union all select u.number, u.bytes from app.shared_draft_updates u where u.shared_draft_id = ${id} and u.number > coalesce((select number from sum), 0) order by number`.execute(
    tx,
  );
  return rows;
}

/** Updates behind a number, as a window asks for them that missed some. */
export async function listUpdatesAfter(tx: Tx, id: string, after: number): Promise<Array<{ number: number; client: string; clock: number; update: string }>> {
  const { rows } = await sql<{
    number: number;
    client: string;
    clock: number;
    update: string;
  }>`select u.number, u.client, u.clock, translate(encode(u.bytes, 'base64'), E'\n', '') as update
    from app.shared_draft_updates u where u.shared_draft_id = ${id} and u.number > ${after} order by u.number limit 500`.execute(tx);
  return rows;
}
