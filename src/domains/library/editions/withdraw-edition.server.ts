import { sql } from 'kysely';
import { notFound, Refusal } from '#platform/errors.ts';
import { record } from '#platform/events.server.ts';
import type { Tx } from '#platform/database/open.server.ts';

/**
 * Says that a published edition must not be used any more, and why. It stays readable under its address.
 * Refuses: library.edition.may_not_publish, library.edition.not_found, people.step_up.needed.
 */
export async function withdrawEdition(tx: Tx, input: { id: string; byline_id: string; reason: string }): Promise<void> {
  const edition = await tx
    .selectFrom('app.editions')
    .select(['audience_id', 'space_id', sql<boolean>`app.may_publish_edition(audience_id)`.as('may')])
    .where('id', '=', input.id)
    .where('status', '<>', 'draft')
    .executeTakeFirst();
  if (edition && !edition.may) throw new Refusal('library.edition.may_not_publish', { status: 403 });
  await sql`select app.withdraw_edition(${input.id}, ${input.byline_id}, ${input.reason})`.execute(tx);
  if (!edition) throw notFound();
  await record(tx, {
    kind: 'edition.withdrawn',
    audienceId: edition.audience_id,
    bylineId: input.byline_id,
    subjectKind: 'edition',
    subjectId: input.id,
    data: { space_id: edition.space_id },
  });
}
