/** Says for some pages of the demo who answers for them, so that the board of upkeep shows all it can show. */
import { reviewPage, setUpkeep } from '#domains/library/upkeep/set-upkeep.server.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { speaking } from './plant-scenes.server.ts';
import { type Kept, keeper, upkeep } from './scenes/upkeep.ts';

export async function plantUpkeep(): Promise<void> {
  for (const kept of upkeep)
    await speaking(keeper, async (tx) => {
      const page = await tx
        .selectFrom('app.pages as p')
        .innerJoin('app.spaces as s', 's.id', 'p.space_id')
        .select('p.id')
        .where('s.slug', '=', kept.space)
        .where('p.path', '=', kept.page)
        .executeTakeFirstOrThrow();
      const day = new Date(Date.now() + kept.in * 86_400_000).toISOString().slice(0, 10);
      await setUpkeep(tx, page.id, { owner: await ownerOf(tx, kept.owner), review_on: day });
      if (kept.reviewed) await reviewPage(tx, page.id);
    });
}

async function ownerOf(tx: Tx, owner: Kept['owner']): Promise<string> {
  if ('organization' in owner) {
    const { id } = await tx.selectFrom('app.organizations').select('id').where('slug', '=', owner.organization).executeTakeFirstOrThrow();
    return `organization:${id}`;
  }
  const { id } = await tx
    .selectFrom('app.bylines as b')
    .innerJoin('app.members as m', 'm.id', 'b.member_id')
    .select('b.id')
    .where('b.kind', '=', 'person')
    .where('m.slug', '=', owner.person)
    .executeTakeFirstOrThrow();
  return `person:${id}`;
}
