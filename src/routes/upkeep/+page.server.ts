import { FLAGS, flagged } from '#domains/library/upkeep/model.ts';
import { listUpkeep } from '#domains/library/upkeep/queries.server.ts';
import { upkeep_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { requireMe } from '../entering.server.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
  await requireMe(event);
  const query = event.url.searchParams;
  const space = query.get('space') ?? '';
  const mine = query.get('mine') === '1';
  const flag = FLAGS.find((each) => each === query.get('show'));
  const all = await as(event.locals.actor, (tx) => listUpkeep(tx));
  const spaces = [...new Map(all.map((page) => [page.space, { slug: page.space, title: page.space_title }])).values()].sort((a, b) =>
    a.title.localeCompare(b.title),
  );
  const here = all.filter((page) => (!space || page.space === space) && (!mine || page.mine));
  return {
    title: upkeep_title(),
    room: 'library' as const,
    space,
    mine,
    flag: flag ?? '',
    spaces,
    counts: FLAGS.map((each) => ({ flag: each, count: here.filter((page) => flagged(page, each)).length })),
    pages: flag ? here.filter((page) => flagged(page, flag)) : here,
  };
};
