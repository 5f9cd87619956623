import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';

export type PageToChange = {
  space: { id: string; slug: string; title: string; may_propose: boolean; audienceId?: number };
  page: { id: string; path: string; title: string };
  revision: { id: string; number: number; text: string };
};
type Row = {
  space_id: string;
  slug: string;
  space: string;
  may_propose: boolean;
  audience_id: number;
  id: string;
  path: string;
  title: string;
  revision_id: string;
  number: number;
  text: string;
};

/** A page as it stands now, for whoever wants to change it; nothing when it is absent or not theirs. */
export async function findPageToChange(tx: Tx, where: { space: string; path: string } | { id: string }): Promise<PageToChange | undefined> {
  const { rows } = await sql<Row>`
		select s.id as space_id, s.slug, s.title as space, app.may_propose(s.audience_id) as may_propose, s.audience_id, p.id, p.path, p.title, r.id as revision_id, r.number, r.text
		from app.pages p join app.spaces s on s.id = p.space_id join app.revisions r on r.id = p.revision_id
		where p.retired_at is null and ${'id' in where ? sql`p.id = ${where.id}` : sql`s.slug = ${where.space} and p.path = ${where.path}`}`.execute(tx);
  const [row] = rows;
  return (
    row && {
      space: { id: row.space_id, slug: row.slug, title: row.space, may_propose: row.may_propose, audienceId: row.audience_id },
      page: { id: row.id, path: row.path, title: row.title },
      revision: { id: row.revision_id, number: row.number, text: row.text },
    }
  );
}

/** Where the control with this short address stands. */
export async function findControlPlace(tx: Tx, code: string): Promise<{ space: string; path: string; slug: string } | undefined> {
  return tx
    .selectFrom('app.controls as c')
    .innerJoin('app.pages as p', 'p.id', 'c.page_id')
    .innerJoin('app.spaces as s', 's.id', 'c.space_id')
    .select(['s.slug as space', 'p.path', 'c.slug'])
    .where('c.code', '=', code)
    .where('c.retired_at', 'is', null)
    .executeTakeFirst();
}

export type ControlName = { slug: string; code: string; number: string | null; title: string };

/** Names of controls of a space by their slugs, for chips and for asking what is to be retired. */
export async function listControlNames(tx: Tx, spaceId: string, slugs: readonly string[]): Promise<ControlName[]> {
  if (!slugs.length) return [];
  return tx
    .selectFrom('app.controls')
    .select(['slug', 'code', 'number', 'title'])
    .where('space_id', '=', spaceId)
    .where('slug', 'in', [...slugs])
    .orderBy('position')
    .execute();
}

/** The controls of a space that another may be succeeded by, in reading order of their pages. */
export async function listSuccessors(tx: Tx, spaceId: string): Promise<ControlName[]> {
  return tx
    .selectFrom('app.controls as c')
    .innerJoin('app.pages as p', 'p.id', 'c.page_id')
    .select(['c.slug', 'c.code', 'c.number', 'c.title'])
    .where('c.space_id', '=', spaceId)
    .where('c.retired_at', 'is', null)
    .orderBy('p.position')
    .orderBy('p.id')
    .orderBy('c.position')
    .execute();
}

/** The text of one revision of a page: what a proposal was written against. */
export async function findRevisionText(tx: Tx, pageId: string, revisionId: string): Promise<string | undefined> {
  const found = await tx.selectFrom('app.revisions').select('text').where('id', '=', revisionId).where('page_id', '=', pageId).executeTakeFirst();
  return found?.text;
}
