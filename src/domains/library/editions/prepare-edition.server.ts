import { sql } from 'kysely';
import { newId } from '#platform/ids.ts';
import { notFound, Refusal } from '#platform/errors.ts';
import type { Tx } from '#platform/database/open.server.ts';
import type { EditionWords } from './model.ts';

export type Prepare = EditionWords & { space_id: string; byline_id: string };

/**
 * Begins the next edition of a space: a draft, which holds a number, a day and words, and no text yet.
 * Refuses: common.not_found, library.edition.may_not_publish, library.edition.draft_exists, library.edition.number_not_after.
 */
export async function prepareEdition(tx: Tx, input: Prepare): Promise<{ id: string; number: string }> {
  const { rows } = await sql<{ audience_id: number; may: boolean }>`
    select s.audience_id, app.may_publish_edition(s.audience_id) as may from app.spaces s where s.id = ${input.space_id}`.execute(tx);
  const [space] = rows;
  if (!space) throw notFound();
  if (!space.may) throw new Refusal('library.edition.may_not_publish', { status: 403 });
  const id = newId();
  const { number, dated_on, words, byline_id, space_id } = input;
  const made = await tx
    .insertInto('app.editions')
    .values({ id, space_id, audience_id: space.audience_id, number, dated_on, words, byline_id })
    .onConflict((c) => c.doNothing())
    .executeTakeFirst();
  if (!made.numInsertedOrUpdatedRows) throw new Refusal('library.edition.draft_exists', { status: 409 });
  return { id, number };
}

/**
 * Changes what a draft says.
 * Refuses: library.edition.not_found (published ones are not changed), library.edition.number_not_after.
 */
export async function changeEdition(tx: Tx, id: string, words: EditionWords): Promise<void> {
  const { numUpdatedRows } = await tx.updateTable('app.editions').set(words).where('id', '=', id).where('status', '=', 'draft').executeTakeFirst();
  if (!numUpdatedRows) throw new Refusal('library.edition.not_found', { status: 404 });
}

/** Gives a draft up. Refuses: library.edition.not_found. */
export async function dropEdition(tx: Tx, id: string): Promise<void> {
  const { numDeletedRows } = await tx.deleteFrom('app.editions').where('id', '=', id).where('status', '=', 'draft').executeTakeFirst();
  if (!numDeletedRows) throw new Refusal('library.edition.not_found', { status: 404 });
}
