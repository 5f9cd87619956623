import { listChannels } from '#domains/channels/queries.server.ts';
import { listRecentChanges, listSpaces } from '#domains/library/queries.server.ts';
import { listChangeRequests } from '#domains/library/queries/change-requests.server.ts';
import { home_description, home_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import type { PageServerLoad } from './$types.js';
import { newsOf, spacesOf } from './home.ts';

export const load: PageServerLoad = async ({ locals }) => {
  const head = { title: home_title(), description: home_description() };
  // Without a database (a preview of the components) the page stands empty.
  if (!process.env['INDABA_WEB_URL']) return { ...head, spaces: [], news: [], now: new Date().toISOString() };
  const [spaces, changes, channels, requests] = await as(
    locals.actor,
    async (tx) =>
      [await listSpaces(tx), await listRecentChanges(tx), await listChannels(tx), await listChangeRequests(tx, { status: 'open', limit: 6 })] as const,
  );
  return { ...head, spaces: spacesOf(spaces), news: newsOf(changes, locals.actor.kind === 'person' ? channels : [], requests), now: new Date().toISOString() };
};
