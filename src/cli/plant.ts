import type { Seed } from '#platform/config.server.ts';
import { as } from '#platform/database/open.server.ts';

/** Seeds the hub unless it has been; the seeds and all they need are loaded only then, which halves a warm start. Tells whether it did. */
export async function plant(kind: Seed): Promise<boolean> {
  const hub = await as({ kind: 'clerk' }, (tx) => tx.selectFrom('app.hub').select('seeded_at').executeTakeFirst());
  if (hub?.seeded_at) return false;
  const { seed } = await import('../../seeds/seed.server.ts');
  await seed(kind);
  return true;
}
