import { stopRecovery } from '#domains/people/recovery.server.ts';
import { takeTry } from '#domains/people/take-try.server.ts';
import { people_recovery_stop_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';
import { refused } from '#ui/refused.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

const visitor = { kind: 'visitor' } as const;

export const load: PageServerLoad = () => ({ title: people_recovery_stop_title() });

export const actions: Actions = {
  async default({ params, getClientAddress }) {
    const stopped = await as(visitor, async (tx) => {
      if (!(await takeTry(tx, { what: 'join', network: getClientAddress() }))) return 'slow';
      return stopRecovery(tx, { token: params.token });
    });
    if (stopped === 'slow') return refused(new Refusal('people.sign_in.slow_down', { status: 429 }));
    return stopped ? { stopped } : refused(new Refusal('people.recovery.not_found', { status: 404 }));
  },
};
