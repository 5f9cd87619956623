import { sql } from 'kysely';
import type { Seed } from '#platform/config.server.ts';
import { as } from '#platform/database/open.server.ts';

/** Seeds the hub unless it has been; the seeds and all they need are loaded only then, which halves a warm start. Tells whether it did. */
export async function plant(kind: Seed): Promise<boolean> {
  const hub = await as({ kind: 'clerk' }, (tx) =>
    tx
      .selectFrom('app.hub')
      .select('seeded_at')
      // Seeded before there were editions.
      .select(
        sql<boolean>`not exists (select from app.editions) and exists (select from app.bylines where kind = 'service' and name = 'Starter library')`.as('late'),
      )
      .executeTakeFirst(),
  );
  if (hub?.seeded_at && !hub.late) return false;
  if (hub?.seeded_at) {
    const { plantEditions } = await import('../../seeds/plant-editions.server.ts');
    await as({ kind: 'clerk' }, plantEditions);
    return false;
  }
  const { seed } = await import('../../seeds/seed.server.ts');
  await seed(kind);
  return true;
}
