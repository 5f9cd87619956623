import { findSignInPolicy, setSignInPolicy } from '#domains/people/set-sign-in-policy.server.ts';
import { people_policy_saved, people_policy_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { refused } from '#ui/refused.server.ts';
import { requireMe } from '../../../entering.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
  await requireMe(event);
  const policy = await as(event.locals.actor, (tx) => findSignInPolicy(tx, event.params.slug));
  if (!policy) throw notFound('people.organization.not_found');
  return { title: people_policy_title(), room: 'people' as const, policy };
};

export const actions: Actions = {
  async default(event) {
    await requireMe(event);
    const form = await event.request.formData();
    try {
      await as(event.locals.actor, async (tx) => {
        const policy = await findSignInPolicy(tx, event.params.slug);
        if (!policy) throw notFound('people.organization.not_found');
        const asks = String(form.get('asks'));
        await setSignInPolicy(tx, {
          organizationId: policy.id,
          passkeysOnly: asks === 'passkeys_only',
          secondFactor: asks === 'second_factor',
          ssoOnly: asks === 'sso_only',
        });
      });
      return { done: people_policy_saved() };
    } catch (error) {
      return refused(error, form);
    }
  },
};
