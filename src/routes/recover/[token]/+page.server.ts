import { redirect } from '@sveltejs/kit';
import type { Entered } from '#domains/people/enter.server.ts';
import { passwordFault } from '#domains/people/model.ts';
import { hashPassword } from '#domains/people/password.server.ts';
import { findRecovery, useRecovery } from '#domains/people/recovery.server.ts';
import { takeTry } from '#domains/people/take-try.server.ts';
import { people_recover_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { notFound, Refusal } from '#platform/errors.ts';
import { refused } from '#ui/refused.server.ts';
import { arriveAt, deviceFrom, passkeyScript } from '../../entering.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

const visitor = { kind: 'visitor' } as const;

// Mail scanners open every link: looking changes nothing, only the POST uses it.
export const load: PageServerLoad = async ({ params, setHeaders }) => {
  setHeaders({ 'cache-control': 'private, no-store' });
  const found = await as(visitor, (tx) => findRecovery(tx, params.token));
  return { title: people_recover_title(), whom: found ? { name: found.name, email: found.email } : null, script: passkeyScript() };
};

export const actions: Actions = {
  async default(event) {
    const form = await event.request.formData();
    const { token } = event.params;
    let entered: Entered;
    try {
      const found = await as(visitor, async (tx) => {
        if (!(await takeTry(tx, { what: 'join', network: event.getClientAddress() }))) return 'slow';
        return findRecovery(tx, token);
      });
      if (found === 'slow') throw new Refusal('people.sign_in.slow_down', { status: 429 });
      if (!found) throw notFound('people.recovery.not_found');
      const password = String(form.get('password') ?? '');
      const fault = passwordFault(password, found.email);
      if (fault) throw new Refusal(fault);
      const passwordHash = await hashPassword(password);
      entered = await as(visitor, (tx) => useRecovery(tx, { token, passwordHash, device: deviceFrom(event) }));
    } catch (error) {
      return refused(error, form);
    }
    redirect(303, arriveAt(event.cookies, entered, '/account'));
  },
};
