import { sql } from 'kysely';
import { readableReferences } from '#domains/conversations/chips.server.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { type ListedComment, viewComments } from '../comments/list-view.server.ts';
import { parseFilters } from '../comments/model.ts';
import { listComments } from '../comments/queries.server.ts';
import type { ChangeRequest } from '../queries/change-requests.server.ts';
import type { Country, CountryDraft, KeptPoint } from './model.ts';

/** The countries within which I read this request, and how many comments were made in each. */
export async function listCountries(tx: Tx, request: string): Promise<Country[]> {
  const { rows } = await sql<Country>`
    select x.*, (select count(*)::int from app.comments c where c.conversation_id = x.conversation_id and c.audience_id = x.audience_id) as comments from app.my_countries(${request}) x`.execute(
    tx,
  );
  return rows;
}

/** The country called so, within which I read this request. Refuses: common.not_found. */
export async function findCountry(tx: Tx, request: string, code: string): Promise<Country> {
  const found = (await listCountries(tx, request)).find((each) => each.code === code || each.id === code);
  if (!found) throw notFound();
  return found;
}

export type WithinComment = ListedComment & { point: KeptPoint | null };
export type Within = { country: Country; draft: CountryDraft | null; comments: WithinComment[] };

/** What a country says about a request among itself, with what is drafted of it; the words of a point are as one would type them. Refuses: common.not_found. */
export async function findWithin(tx: Tx, request: Pick<ChangeRequest, 'id' | 'number' | 'space_id' | 'space_slug'>, code: string): Promise<Within> {
  const country = await findCountry(tx, request.id, code);
  const filters = { ...parseFilters({ request: String(request.number) }), within: country.id };
  const comments = await viewComments(tx, request.space_slug, await listComments(tx, request.space_id, { filters }));
  const points = await sql<KeptPoint>`
    select p.thread_id as id, p.take, p.kind, p.words, p.proposed, p.submitted_id, p.submitted_at, b.name as submitted_by
    from app.country_points p left join app.bylines b on b.id = p.submitted_by where p.thread_id = any(${comments.map(({ id }) => id)}::uuid[])`.execute(tx);
  const draft = await sql<CountryDraft>`
    select d.stance, d.words, d.version, b.name as by, d.saved_at from app.country_drafts d left join app.bylines b on b.id = d.byline_id where d.conversation_id = ${country.conversation_id}`.execute(
    tx,
  );
  const kept = new Map(points.rows.map((point) => [point.id, point]));
  const shown = [];
  for (const comment of comments) {
    const point = kept.get(comment.id) ?? null;
    // As one types them: a chip or a mention is written out.
    const words = await readableReferences(tx, point?.words ?? comment.body);
    shown.push({ ...comment, point: point && { ...point, words }, body: words });
  }
  return { country, draft: draft.rows[0] ?? null, comments: shown };
}
