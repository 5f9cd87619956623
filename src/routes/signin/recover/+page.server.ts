import { setTimeout as wait } from 'node:timers/promises';
import * as v from 'valibot';
import { Email } from '#domains/people/model.ts';
import { askRecovery } from '#domains/people/recovery.server.ts';
import { takeTry } from '#domains/people/take-try.server.ts';
import { people_recovery_asked, people_recovery_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';
import { parse } from '#platform/input.ts';
import { refused } from '#ui/refused.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

const visitor = { kind: 'visitor' } as const;

export const load: PageServerLoad = () => ({ title: people_recovery_title() });

export const actions: Actions = {
  async default({ request, getClientAddress }) {
    const form = await request.formData();
    // A known address costs a few statements more: no answer comes before this.
    const floor = wait(300);
    try {
      const { email } = parse(v.object({ email: Email }), Object.fromEntries(form));
      if (!(await as(visitor, (tx) => takeTry(tx, { what: 'recover', network: getClientAddress() }))))
        throw new Refusal('people.sign_in.slow_down', { status: 429 });
      await as(visitor, (tx) => askRecovery(tx, { email }));
      await floor;
      return { done: people_recovery_asked() };
    } catch (error) {
      return refused(error, form);
    }
  },
};
