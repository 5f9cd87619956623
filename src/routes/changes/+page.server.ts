import { listChangeRequests, listRequestSpaces, STATUSES } from '#domains/library/queries/change-requests.server.ts';
import { listShared } from '#domains/library/together/queries.server.ts';
import { changes_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, url, parent }) => {
  const query = url.searchParams;
  const space = query.get('space') ?? '';
  const words = (query.get('words') ?? '').trim().slice(0, 200);
  const status = STATUSES.find((each) => each === query.get('status'));
  const signedIn = (await parent()).me !== null;
  const mine = signedIn && query.get('mine') === '1';
  return as(locals.actor, async (tx) => ({
    title: changes_title(),
    room: 'library' as const,
    space,
    status: status ?? '',
    mine,
    words,
    shared: signedIn ? await listShared(tx) : [],
    spaces: await listRequestSpaces(tx),
    requests: (await listChangeRequests(tx, { space: space || undefined, status, mine, words })).map(({ opened_at, decided_at, ...row }) => ({
      ...row,
      at: (decided_at ?? opened_at).toISOString(),
    })),
  }));
};
