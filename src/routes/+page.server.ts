import { listChannels } from '#domains/channels/queries.server.ts';
import { listDirect } from '#domains/conversations/direct.server.ts';
import { directName } from '#domains/conversations/ui/directName.ts';
import { lackTerms } from '#domains/govern/agreements.server.ts';
import { listRecentChanges, listSpaces } from '#domains/library/queries.server.ts';
import { listApplications } from '#domains/people/joining/applications.server.ts';
import { stateName } from '#domains/people/joining/application-words.ts';
import { listChangeRequests } from '#domains/library/queries/change-requests.server.ts';
import { home_description, home_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import type { PageServerLoad } from './$types.js';
import { newsOf, noTermsNews, spacesOf } from './home.ts';

export const load: PageServerLoad = async ({ locals }) => {
  const head = { title: home_title(), description: home_description() };
  // Without a database (a preview of the components) the page stands empty.
  if (!process.env['INDABA_WEB_URL']) return { ...head, spaces: [], news: [], now: new Date().toISOString() };
  const mine = locals.actor.kind === 'person';
  const [spaces, changes, channels, requests, direct, applications, noTerms] = await as(
    locals.actor,
    async (tx) =>
      [
        await listSpaces(tx),
        await listRecentChanges(tx),
        await listChannels(tx),
        await listChangeRequests(tx, { status: 'open', limit: 6 }),
        mine ? await listDirect(tx) : [],
        mine ? (await listApplications(tx)).filter((each) => each.confirmed_at && !each.ended_at) : [],
        mine && (await lackTerms(tx)),
      ] as const,
  );
  return {
    ...head,
    spaces: spacesOf(spaces),
    news: [
      ...(noTerms ? [noTermsNews()] : []),
      ...newsOf(
        changes,
        mine ? channels : [],
        requests,
        direct.map((each) => ({ ...each, name: directName(each) })),
        applications.map((each) => ({ ...each, state: stateName(each.state) })),
      ),
    ],
    now: new Date().toISOString(),
  };
};
