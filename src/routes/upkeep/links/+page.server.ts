import { listBrokenLinks } from '#domains/library/links/queries.server.ts';
import { links_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { hubSettings } from '#platform/settings/values.server.ts';
import { requireMe } from '../../entering.server.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
  await requireMe(event);
  const space = event.url.searchParams.get('space') ?? '';
  const links = await as(event.locals.actor, (tx) => listBrokenLinks(tx, space));
  return {
    title: links_title(),
    room: 'library' as const,
    space,
    links: links.map((each) => ({ ...each, since: each.since.toISOString() })),
    asks: hubSettings().outer_links,
  };
};
