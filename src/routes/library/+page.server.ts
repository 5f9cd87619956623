import type { PageServerLoad } from './$types.js';
import { library_description, library_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { listSpaces } from '#domains/library/queries.server.ts';
import { keptUntil, reading } from '#ui/reading.server.ts';

export const load: PageServerLoad = async (event) => {
  reading(event);
  keptUntil(event, 'library');
  const spaces = await as(event.locals.actor, listSpaces);
  return { title: library_title(), description: library_description(), room: 'library' as const, spaces };
};
