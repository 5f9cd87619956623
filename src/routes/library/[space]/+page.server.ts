import { error } from '@sveltejs/kit';
import type { PageServerLoad } from './$types.js';
import { library_not_found } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { tallyFor } from '#domains/library/comments/queries.server.ts';
import { findSpace, pageTree } from '#domains/library/queries.server.ts';
import { isWatching } from '#domains/library/watching/watch.server.ts';
import { keptUntil, reading } from '#ui/reading.server.ts';

export const load: PageServerLoad = async (event) => {
  reading(event);
  const found = await as(event.locals.actor, async (tx) => {
    const space = await findSpace(tx, event.params.space);
    return (
      space && {
        space,
        tree: await pageTree(tx, space.id),
        watching: event.locals.actor.kind === 'person' && (await isWatching(tx, 'space', space.id)),
        comments: await tallyFor(tx, event.locals.actor.kind === 'person', space.id),
      }
    );
  });
  if (!found) error(404, library_not_found());
  keptUntil(event, `space:${found.space.id}`);
  return { title: found.space.title, description: found.space.description, room: 'library' as const, ...found };
};
