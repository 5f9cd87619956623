import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import type { PageState } from '../review-page.ts';

export const STATUSES = ['open', 'merged', 'declined', 'withdrawn'] as const;
export type Status = (typeof STATUSES)[number];

export type RequestRow = {
  id: string;
  number: number;
  title: string;
  status: Status;
  space: string;
  space_slug: string;
  author: string | null;
  author_from: string | null;
  opened_at: Date;
  decided_at: Date | null;
  pages: string[];
};
export type ChangeRequest = RequestRow & {
  space_id: string;
  reason: string;
  decider: string | null;
  /** Whom the decider stood in for. */
  decided_for: string | null;
  decision_reason: string | null;
  /** The author, as the database sees me. */
  mine: boolean;
  /** Whether I may ask for it to be undone, the request it undoes, and the one that undid it, by their numbers. */
  may_undo: boolean;
  undoes: number | null;
  undone_by: number | null;
  may_decide: boolean;
  may_withdraw: boolean;
};

const columns = sql`c.id, c.number, c.title, c.status, s.title as space, s.slug as space_slug, b.name as author, o.name as author_from, c.opened_at, c.decided_at`;
const joins = sql`app.change_requests c join app.spaces s on s.id = c.space_id left join app.bylines b on b.id = c.byline_id left join app.organizations o on o.id = b.organization_id`;
const titles = sql`array(select coalesce(p.title, cp.path) from app.change_request_pages cp left join app.pages p on p.id = cp.page_id where cp.change_request_id = c.id and cp.audience_id = c.audience_id order by cp.position, cp.id limit 4)`;

export type Filter = { space?: string; status?: Status; mine?: boolean; words?: string; before?: string; limit?: number };

/** Change requests I may read, the open ones first, then the latest. */
export async function listChangeRequests(tx: Tx, filter: Filter = {}): Promise<RequestRow[]> {
  const { rows } = await sql<RequestRow>`
		select ${columns}, ${titles} as pages from ${joins}
		where (${filter.space ?? null}::text is null or s.slug = ${filter.space ?? null}) and (${filter.status ?? null}::text is null or c.status = ${filter.status ?? null})
			and (not ${filter.mine ?? false}::boolean or c.byline_id in (select app.my_bylines()))
			and (${filter.words ?? ''} = '' or position(lower(${filter.words ?? ''}) in lower(concat_ws(' ', c.title, c.reason, c.decision_reason))) > 0)
		order by c.status <> 'open', coalesce(c.decided_at, c.opened_at) desc, c.id desc limit ${filter.limit ?? 100}`.execute(tx);
  return rows;
}

/** The spaces that have change requests, for choosing one. */
export async function listRequestSpaces(tx: Tx): Promise<Array<{ slug: string; title: string }>> {
  const { rows } = await sql<{
    slug: string;
    title: string;
  }>`select s.slug, s.title from app.spaces s where exists (select from app.change_requests c where c.space_id = s.id and c.audience_id = s.audience_id) order by s.position, s.title`.execute(
    tx,
  );
  return rows;
}

/** One change request with what I may do about it, by its address or its id; nothing when it is absent or not mine to read. */
export async function findChangeRequest(tx: Tx, where: { id: string } | { space: string; number: number }): Promise<ChangeRequest | undefined> {
  const { rows } = await sql<ChangeRequest>`
		select ${columns}, ${titles} as pages, c.space_id, c.reason, d.name as decider, app.decided_for(c.id) as decided_for, c.decision_reason, c.byline_id in (select app.my_bylines()) as mine,
			c.status = 'merged' and app.may_propose(c.audience_id) as may_undo, (select u.number from app.change_requests u where u.id = c.undoes) as undoes,
			(select min(u.number) from app.change_requests u where u.undoes = c.id and u.status in ('open', 'merged')) as undone_by, app.may_decide(c.id) as may_decide, app.may_withdraw(c.id) as may_withdraw
		from ${joins} left join app.bylines d on d.id = c.decided_by where ${'id' in where ? sql`c.id = ${where.id}` : sql`s.slug = ${where.space} and c.number = ${where.number}`}`.execute(
    tx,
  );
  return rows[0];
}

/** What a request would make of each page, beside what the page was, is, and became. */
export async function listRequestPages(tx: Tx, id: string): Promise<PageState[]> {
  const { rows } = await sql<PageState>`
		select cp.page_id, cp.action, case when c.status = 'open' and cp.action = 'edit' and cp.path = cp.was_path then p.path else cp.path end as path, cp.text, cp.retires, cp.withdrawals, cp.parent_path, cp.base_revision_id, p.title, p.path as path_now, p.revision_id as now_revision_id,
			base.text as base_text, base.blocks as base_blocks, base.number as base_number, now.text as now_text, now.number as now_number, made.text as made_text, made.number as made_number, cp.position, cp.was_path, cp.was_parent_path, cp.was_position, p.retired_at is not null as retired, before.text as before_text,
			case when cp.action = 'create' then above.title end as under, case when cp.action = 'create' then (select b.title from app.pages b where b.space_id = c.space_id
				and b.audience_id = cp.audience_id and b.id <> cp.page_id and b.retired_at is null and b.parent_id is not distinct from above.id and b.position <= cp.position
				order by b.position desc, b.id desc limit 1) end as follows
		from app.change_request_pages cp join app.change_requests c on c.id = cp.change_request_id
		left join app.pages p on p.id = cp.page_id
		left join app.pages above on above.space_id = c.space_id and above.path = cp.parent_path and above.audience_id = cp.audience_id and above.retired_at is null
		left join app.revisions base on base.id = cp.base_revision_id
		left join app.revisions now on now.id = p.revision_id
		left join app.revisions made on made.change_request_id = cp.change_request_id and made.page_id = cp.page_id
		left join app.revisions before on before.page_id = made.page_id and before.number = made.number - 1
		where cp.change_request_id = ${id} order by cp.position nulls first, cp.id`.execute(tx);
  return rows;
}

/** An event, or with `data` a step of the procedure. */
export type Happening = {
  kind: string;
  at: Date;
  by: string | null;
  page: string | null;
  stands_for: string | null;
  words: string;
  data: Record<string, unknown> | null;
};

/** What happened to a request, in order: opened, changed, decided, and its pages moving while it was open. */
export async function listHappenings(tx: Tx, id: string): Promise<Happening[]> {
  const { rows } = await sql<Happening>`
		with c as (select id, audience_id, opened_at, coalesce(decided_at, 'infinity') as until from app.change_requests where id = ${id}),
		e as (
			select e.id, e.kind, e.at, e.byline_id, null::text as page from app.events e, c where e.subject_id = c.id and e.audience_id = c.audience_id and e.kind like 'change_request.%' and e.kind <> 'change_request.step'
			union all
			select e.id, e.kind, e.at, e.byline_id, p.title from c join app.change_request_pages cp on cp.change_request_id = c.id join app.events e on e.subject_id = cp.page_id and e.audience_id = c.audience_id
				join app.pages p on p.id = cp.page_id
				where e.kind = 'page.revised' and e.at > c.opened_at and e.at < c.until and e.data->>'change_request_id' <> c.id::text)
		select x.kind, x.at, b.name as by, x.page, f.name as stands_for, x.words, x.data from (
			select e.kind, e.at, e.byline_id, e.page, null::uuid as for_byline, '' as words, null::jsonb as data, e.id as place from e
			union all
			select s.kind, s.at, s.byline_id, null, s.for_byline, s.words, s.data, s.place from app.request_steps s, c where s.change_request_id = c.id) x
		left join app.bylines b on b.id = x.byline_id left join app.bylines f on f.id = x.for_byline order by x.at, x.data is not null, x.place limit 500`.execute(
    tx,
  );
  return rows;
}

/** Where the pages of a request stand now, two at most: enough to know whether there is one place to go to. */
export async function listLivingPaths(tx: Tx, id: string): Promise<string[]> {
  const rows = await tx
    .selectFrom('app.change_request_pages as c')
    .innerJoin('app.pages as p', 'p.id', 'c.page_id')
    .select('p.path')
    .where('c.change_request_id', '=', id)
    .where('p.retired_at', 'is', null)
    .limit(2)
    .execute();
  return rows.map((row) => row.path);
}
