import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { type Comment, type Filters, parseFilters } from './model.ts';

/** How many rows one page of the list holds. */
export const ROWS = 200;

const columns = sql`c.thread_id as id, c.kind, k.subject_kind, k.subject_id, k.within_id, j.name as within, c.block, c.page_id, p.path as page_path, p.title as page_title, x.code as control_code, x.slug as control_slug, x.number as control_number, x.title as control_title,
  r.number as request_number, r.title as request_title, c.byline_id, b.name, o.name as organization, b.kind = 'jurisdiction' as country, c.byline_id in (select app.my_bylines()) as mine, coalesce(m.body, '') as body, coalesce(m.marking, k.ceiling) as label, t.created_at,
  coalesce(m.deleted_at is not null, true) as gone, coalesce(w.quote, '') as quote, coalesce(w.quote_before, '') as quote_before, coalesce(w.quote_after, '') as quote_after, coalesce(w.proposed, '') as proposed,
  c.closed_at, c.disposition, c.disposed_at, d.name as disposer, coalesce(a.reason, '') as reason, y.number as answer_number, c.version, coalesce(n.last_number, 1) as messages,
  app.may_dispose(c.thread_id) as may_dispose, app.may_close_comment(c.thread_id) as may_close`;
// Through thread, message and words as the reader sees them: what was taken back or removed is empty here.
const from = sql`from app.comments c join app.threads t on t.id = c.thread_id and t.audience_id = c.audience_id join app.conversations k on k.id = c.conversation_id and k.audience_id = c.audience_id
  left join app.messages m on m.id = c.message_id and m.audience_id = c.audience_id left join app.comment_words w on w.message_id = c.message_id left join app.comment_words a on a.message_id = c.answer_id
  left join app.counters n on n.scope_id = c.thread_id and n.audience_id = c.audience_id left join app.pages p on p.id = c.page_id
  left join app.controls x on k.subject_kind = 'control' and x.id = k.subject_id left join app.change_requests r on k.subject_kind = 'change_request' and r.id = k.subject_id
  left join app.change_requests y on y.id = c.answered_by left join app.bylines b on b.id = c.byline_id left join app.organizations o on o.id = b.organization_id left join app.bylines d on d.id = c.disposed_by left join app.jurisdictions j on j.id = k.within_id`;

/** One comment, as I may read it. */
export async function findComment(tx: Tx, id: string): Promise<(Comment & { space_id: string }) | undefined> {
  const { rows } = await sql<Comment & { space_id: string }>`select ${columns}, c.space_id ${from} where c.thread_id = ${id}`.execute(tx);
  return rows[0];
}

/** Where a thread is shown that is a comment; nothing for any other thread, and for what I may not read. */
export async function findCommentAddress(tx: Tx, thread: string | null): Promise<string | undefined> {
  if (!thread || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(thread)) return undefined;
  const { rows } = await sql<{
    address: string;
  }>`select '/library/' || s.slug || '/comments/' || c.thread_id as address from app.comments c join app.spaces s on s.id = c.space_id where c.thread_id = ${thread}`.execute(
    tx,
  );
  return rows[0]?.address;
}

type Asked = { filters: Filters; after?: string | null; limit?: number };

/** The comments of a space in the order in which they were made, as far as I may read them. */
export async function listComments(tx: Tx, space: string, { filters, after = null, limit = ROWS }: Asked): Promise<Comment[]> {
  const { rows } =
    await sql<Comment>`select ${columns} ${from} where c.space_id = ${space} and ${narrowed(filters)} and (${after}::uuid is null or c.thread_id > ${after}::uuid)
    order by c.thread_id limit ${limit}`.execute(tx);
  return rows;
}

export type Tally = { all: number; waiting: number; open: number };

/** How many comments there are, how many wait for a disposition, and how many their makers do not regard as answered; of those I may read. */
export async function countComments(tx: Tx, space: string, filters: Filters): Promise<Tally> {
  const { rows } =
    await sql<Tally>`select count(*)::int as all, count(*) filter (where c.disposition is null and m.deleted_at is null)::int as waiting, count(*) filter (where c.closed_at is null)::int as open
    ${from} where c.space_id = ${space} and ${narrowed(filters)}`.execute(tx);
  return rows[0]!;
}

/** The same for a page that shows how many there are; null for a visitor, whose bytes are the same for all of them. */
export const tallyFor = async (tx: Tx, member: boolean, space: string, asked: Partial<Filters> = {}): Promise<Tally | null> =>
  member ? countComments(tx, space, parseFilters(asked)) : null;

function narrowed({ page, request, kind, disposition, state, who, within }: Filters) {
  // Never both together: what a country says among itself stands in no table, number or file that goes to others.
  const wanted = [within ? sql`k.within_id = ${within}` : sql`k.within_id is null`];
  if (page) wanted.push(sql`p.path = ${page}`);
  if (request) wanted.push(sql`r.number = ${Number(request)}`);
  if (kind) wanted.push(sql`c.kind = ${kind}`);
  if (disposition) wanted.push(disposition === 'none' ? sql`c.disposition is null` : sql`c.disposition = ${disposition}`);
  if (state) wanted.push(state === 'open' ? sql`c.closed_at is null` : sql`c.closed_at is not null`);
  if (who) wanted.push(sql`(b.name = ${who} or o.name = ${who})`);
  return sql.join(wanted, sql` and `);
}

/** Who commented in a space, people and their organizations, of the comments I may read. */
export async function listCommenters(tx: Tx, space: string): Promise<string[]> {
  const { rows } = await sql<{
    who: string;
  }>`select distinct who ${from} cross join lateral (values (b.name), (o.name)) as v (who) where c.space_id = ${space} and k.within_id is null and who is not null order by who limit 500`.execute(
    tx,
  );
  return rows.map(({ who }) => who);
}
