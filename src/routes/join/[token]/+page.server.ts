import { FIRST_ADDRESS } from '#domains/people/model.ts';
import { findInvitation } from '#domains/people/queries.server.ts';
import { people_join_dead_title, people_join_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { passkeyScript } from '../../entering.server.ts';
import { joinWithPassword } from '../joining.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

// Mail scanners open every link: looking changes nothing, only the POST accepts.
export const load: PageServerLoad = async ({ params, setHeaders }) => {
  setHeaders({ 'cache-control': 'private, no-store' });
  const found = await as({ kind: 'visitor' }, (tx) => findInvitation(tx, params.token));
  if (!found || found.email === FIRST_ADDRESS) return { title: people_join_dead_title(), invited: null };
  const { organization_name, name, email, expires_at } = found;
  return {
    title: people_join_title({ organization: organization_name }),
    invited: { organization: organization_name, name, email, expires_at: expires_at.toISOString() },
    script: passkeyScript(),
  };
};

export const actions: Actions = { default: (event) => joinWithPassword(event, false) };
