/** Rules and requests for the tests of deciding. */
import { openChangeRequest } from '#domains/library/open-change-request.server.ts';
import { as } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';
import type { Cast, Name } from './cast.ts';
import type { MadeSpace } from './space.ts';

/** Rules that ask for nothing but what is given. */
export const rulesOf = (given: object) => ({
  preset: 'none',
  approvals: 0,
  approvers: ['editor'],
  up_to_date: false,
  last_call_days: 7,
  consultation_days: 28,
  position_days: 14,
  ...given,
});

/** A request on the page `page` of a space, that adds a line of its own. */
export async function ask(c: Cast, who: Name, space: MadeSpace, nature?: 'editorial' | 'substantive'): Promise<string> {
  const page_id = space.pages['page']!;
  const now = await as({ kind: 'clerk' }, (tx) =>
    tx
      .selectFrom('app.pages as p')
      .innerJoin('app.revisions as r', 'r.id', 'p.revision_id')
      .select(['r.id', 'r.text'])
      .where('p.id', '=', page_id)
      .executeTakeFirstOrThrow(),
  );
  const key = newId();
  const change = {
    action: 'edit' as const,
    page_id,
    base_revision_id: now.id,
    path: 'page',
    parent_path: null,
    position: null,
    text: `${now.text}\nBy ${who} ${key.slice(-4)}.\n`,
    retires: [],
  };
  const made = await as(c.as(who), (tx) =>
    openChangeRequest(tx, {
      space_id: space.id,
      title: 'A change',
      reason: 'Because',
      retry_key: key,
      byline_id: c.byline[who],
      pages: [change],
      ...(nature && { nature }),
    }),
  );
  return made.id;
}
