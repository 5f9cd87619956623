import { as } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';
import { plantAgreements } from './plant-agreements.server.ts';
import { plantConsultation, plantNextEdition } from './plant-consultation.server.ts';
import { plantCommunity } from './plant-community.server.ts';
import { plantEditions } from './plant-editions.server.ts';
import { plantJoining } from './plant-joining.server.ts';
import { plantLibrary } from './plant-library.server.ts';
import { plantScenes, readOldNews } from './plant-scenes.server.ts';
import { plantUpkeep } from './plant-upkeep.server.ts';
import { sql } from 'kysely';

const clerk = { kind: 'clerk' } as const;
const libraryAge = '40 days';

/**
 * Fills an empty hub with the starter library and, in a demo, with the invented community. Running it again changes nothing:
 * a hub that was once seeded stays as its people left it, and one whose seeding was cut off goes on from the next whole step.
 */
export async function seed(kind: 'demo' | 'empty' = 'demo'): Promise<void> {
  const hub = await as(clerk, (tx) => tx.selectFrom('app.hub').select(['demo', 'seeded_at']).executeTakeFirstOrThrow());
  if (hub.seeded_at) return;
  await as(clerk, async (tx) => {
    await tx
      .updateTable('app.hub')
      .set({ demo: kind === 'demo' })
      .execute();
    const author = await service('Starter library');
    const planted = await plantLibrary(tx, author, await service('Indaba'));
    if (kind === 'demo') {
      for (const id of planted) await sql`select app.backdate('space', ${id}, now() - ${libraryAge}::interval)`.execute(tx);
      if (!(await tx.selectFrom('app.members').select('id').limit(1).executeTakeFirst())) await plantCommunity(tx);
    }
    await plantEditions(tx);
    if (!(await tx.selectFrom('app.agreement_versions').select('id').limit(1).executeTakeFirst())) await plantAgreements(tx, { published: kind === 'demo' });
    async function service(name: string): Promise<string> {
      const found = await tx.selectFrom('app.bylines').select('id').where('kind', '=', 'service').where('name', '=', name).executeTakeFirst();
      if (found) return found.id;
      const id = newId();
      await tx.insertInto('app.bylines').values({ id, kind: 'service', name }).execute();
      return id;
    }
  });
  if (kind === 'demo' && !(await as(clerk, (tx) => tx.selectFrom('app.channels').select('id').limit(1).executeTakeFirst()))) {
    await plantScenes();
    await plantConsultation();
    await plantNextEdition();
    await plantUpkeep();
    await readOldNews();
    await plantJoining();
  }
  await as(clerk, (tx) => tx.updateTable('app.hub').set({ seeded_at: new Date() }).execute());
}
