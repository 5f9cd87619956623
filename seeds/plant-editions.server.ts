/** Publishes the starter library as edition 1.0: on the day it came, also on a hub that was seeded before there were editions. */
import { publishFirstEdition } from '#domains/library/editions/publish-first.server.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { readSpaces } from './starter.ts';

/** The first text of every starter space that has no edition yet; run again, it does nothing. */
export async function plantEditions(tx: Tx): Promise<void> {
  const author = await tx.selectFrom('app.bylines').select('id').where('kind', '=', 'service').where('name', '=', 'Starter library').executeTakeFirst();
  if (!author) return;
  const slugs = readSpaces().map(({ slug }) => slug);
  for (const { id } of await tx.selectFrom('app.spaces').select('id').where('slug', 'in', slugs).execute()) await publishFirstEdition(tx, id, author.id);
}
