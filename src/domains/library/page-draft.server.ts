import { sql } from 'kysely';
import * as v from 'valibot';
import type { Tx } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { parse } from '#platform/input.ts';
import { type Draft, renderDraft } from './draft.server.ts';
import type { PageToChange } from './queries/change-form.server.ts';
import type { FactsOf } from './start-draft.server.ts';

const MOST = 100;
const id = v.pipe(v.string(), v.uuid('common.not_found'));
/** Which form: `place` is the page, the request or, for a new page, the space; `part` the control or the page of the request. */
export const Where = v.object({ space_id: id, place: id, part: v.pipe(v.string(), v.maxLength(100, 'common.not_found')) });
export type Where = v.InferOutput<typeof Where>;
/** What the form needs to go on keeping: where, since when (none: nothing was kept), and whether the browser may keep it too. */
export type Kept = { where: string; at: Date | null; rest: boolean };

const here = ({ place, part }: Where) => sql`d.member_id = (select app.me()) and d.place = ${place} and d.part = ${part}`;
export const whereText = ({ space_id, place, part }: Where): string => `${space_id}:${place}:${part}`;

/** Reads `whereText` back. Refuses: common.not_found. */
export function readWhere(text: string): Where {
  const [space_id, place, part = ''] = text.split(':');
  return parse(Where, { space_id, place, part });
}

/** Keeps what stands in a form that changes a page; only I read it. Says when. Refuses: library.draft.too_many, library.draft.too_long, and by policy where I may not propose. */
export async function keepPageDraft(tx: Tx, where: Where, draft: Draft): Promise<Date> {
  const { rows: others } = await sql<{ n: number }>`select count(*)::int as n from app.page_drafts d where not (${here(where)})`.execute(tx);
  if ((others[0]?.n ?? 0) >= MOST) throw new Refusal('library.draft.too_many');
  const { retry_key: _, ...fields } = draft;
  const json = JSON.stringify(fields).replaceAll('\\u0000', '');
  if (Buffer.byteLength(json) > 1_900_000) throw new Refusal('library.draft.too_long');
  const { rows } = await sql<{ updated_at: Date }>`insert into app.page_drafts as d (id, member_id, space_id, place, part, fields)
    select ${newId()}::uuid, (select app.me()), ${where.space_id}::uuid, ${where.place}::uuid, ${where.part}, ${json}::jsonb where not exists (select from app.change_requests r where r.byline_id in (select app.my_bylines()) and r.retry_key::text = ${draft.retry_key})
    on conflict (member_id, place, part) do update set fields = excluded.fields, updated_at = now() returning d.updated_at`.execute(tx);
  // What came late, behind the proposal itself, is there already.
  return rows[0]?.updated_at ?? new Date();
}

/** Lets go what was kept of a form: it was proposed, or one starts again. */
export async function dropPageDraft(tx: Tx, where: Pick<Where, 'place' | 'part'>): Promise<void> {
  await sql`delete from app.page_drafts d where ${here({ ...where, space_id: '' })}`.execute(tx);
}

/** A form as it was left: what was kept stands in it instead of what it begins with. */
export async function goOn<T extends { values: Draft; preview: string }>(
  tx: Tx,
  where: Where,
  started: T,
  render: (values: Draft) => Promise<string>,
): Promise<T & { kept: Kept }> {
  const { rows } = await sql<{
    fields: Omit<Draft, 'retry_key'>;
    updated_at: Date;
  }>`select d.fields, d.updated_at from app.page_drafts d where ${here(where)}`.execute(tx);
  const { rows: open } = await sql<{
    rest: boolean;
  }>`select a.kind in ('public', 'everyone') as rest from app.spaces s join app.audiences a on a.id = s.audience_id where s.id = ${where.space_id}`.execute(tx);
  const kept = { where: whereText(where), at: rows[0]?.updated_at ?? null, rest: open[0]?.rest ?? false };
  if (!rows[0]) return { ...started, kept };
  const values: Draft = { ...started.values, ...rows[0].fields };
  return { ...started, values, preview: await render(values), kept };
}

/** The same for a form about a page that is there. */
export function goOnWith<T extends Pick<PageToChange, 'space' | 'page'> & { values: Draft; preview: string }>(
  tx: Tx,
  started: T,
  place: string,
  part: string,
  factsOf: FactsOf,
): Promise<T & { kept: Kept }> {
  const where = { space_id: started.space.id, place, part };
  return goOn(tx, where, started, async (values) => renderDraft(tx, started, values, await factsOf(tx, started.page.id)));
}
