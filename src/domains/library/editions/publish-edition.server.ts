import { sql } from 'kysely';
import { Refusal } from '#platform/errors.ts';
import { record } from '#platform/events.server.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { findHindrances } from './hindrances.server.ts';
import { heldMark, listHeld } from './queries.server.ts';

export type Publish = { id: string; byline_id: string; dated_on?: string | null /** What the publisher had on the screen (`heldMark`). */; seen?: string };

/**
 * Publishes a draft: what its space holds now is written down for good and is in force; the edition before is superseded.
 * Refuses: library.edition.not_found, library.edition.empty, people.step_up.needed, library.edition.moved (409: the text changed since `seen`),
 * library.edition.breaks_links and library.edition.comments_open (409, with the links and the places).
 */
export async function publishEdition(tx: Tx, input: Publish): Promise<void> {
  await sql`select app.freeze_edition(${input.id}, ${input.byline_id}, ${input.dated_on ?? null}::date)`.execute(tx);
  const edition = await tx
    .selectFrom('app.editions as e')
    .innerJoin('app.spaces as s', 's.id', 'e.space_id')
    .select(['e.audience_id', 'e.space_id', 's.slug'])
    .where('e.id', '=', input.id)
    .executeTakeFirstOrThrow();
  // Looked at once it cannot move any more; a refusal takes everything back.
  const held = await listHeld(tx, input.id);
  if (input.seen && input.seen !== heldMark(held)) throw new Refusal('library.edition.moved', { status: 409 });
  const { links, comments } = await findHindrances(tx, { id: edition.space_id, slug: edition.slug }, held);
  const named = (list: string[]) => list.slice(0, 10).join(', ');
  if (links.length)
    throw new Refusal('library.edition.breaks_links', { status: 409, details: { links: named(links.map(({ page, href }) => `${page}: ${href}`)) } });
  if (comments.length)
    throw new Refusal('library.edition.comments_open', {
      status: 409,
      details: { places: named(comments.map(({ number, title }) => (number ? `${number} ${title}` : title))) },
    });
  await record(tx, {
    kind: 'edition.published',
    audienceId: edition.audience_id,
    bylineId: input.byline_id,
    subjectKind: 'edition',
    subjectId: input.id,
    data: { space_id: edition.space_id },
  });
}
