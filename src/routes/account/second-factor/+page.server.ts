import type { RequestEvent } from '@sveltejs/kit';
import { shownKey } from '#domains/people/authenticator.server.ts';
import { beginSecondFactor } from '#domains/people/begin-second-factor.server.ts';
import { confirmSecondFactor } from '#domains/people/confirm-second-factor.server.ts';
import { isFresh } from '#domains/people/prove.server.ts';
import { findMyAccount } from '#domains/people/queries.server.ts';
import { removeSecondFactor } from '#domains/people/remove-second-factor.server.ts';
import { renewRecoveryCodes } from '#domains/people/renew-recovery-codes.server.ts';
import { findMyFactor, openFactor } from '#domains/people/second-factor.server.ts';
import { people_factor_removed, people_factor_title } from '#paraglide/messages.js';
import { as, type Tx } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';
import { refused } from '#ui/refused.server.ts';
import { requireMe } from '../../entering.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
  const me = await requireMe(event);
  return as(event.locals.actor, async (tx) => {
    const account = await findMyAccount(tx);
    const factor = await findMyFactor(tx);
    // Once it counts, its key is never shown again; before, not to whoever found this browser open.
    const begun = factor.begun && (await isFresh(tx)) ? await openFactor(tx, me.id) : undefined;
    return { title: people_factor_title(), account, factor, shown: begun ? shownKey(begun.secret, account?.email ?? '') : null };
  });
};

type Done = { done?: string; codes?: string[] };

async function acting(event: RequestEvent, work: (tx: Tx, memberId: string, form: FormData) => Promise<Done>): Promise<Done | ReturnType<typeof refused>> {
  const me = await requireMe(event);
  const form = await event.request.formData();
  try {
    return await as(event.locals.actor, (tx) => work(tx, me.id, form));
  } catch (caught) {
    return refused(caught, form);
  }
}

export const actions: Actions = {
  begin: (event) => acting(event, async (tx, memberId) => (await beginSecondFactor(tx, { memberId }), {})),
  confirm: (event) =>
    acting(event, async (tx, memberId, form) => {
      const codes = await confirmSecondFactor(tx, { memberId, code: String(form.get('code') ?? '') });
      if (!codes) throw new Refusal('people.code.wrong');
      return { codes };
    }),
  renew: (event) => acting(event, async (tx, memberId) => ({ codes: await renewRecoveryCodes(tx, { memberId }) })),
  remove: (event) => acting(event, async (tx) => (await removeSecondFactor(tx), { done: people_factor_removed() })),
};
