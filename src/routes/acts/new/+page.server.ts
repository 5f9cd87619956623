import { redirect } from '@sveltejs/kit';
import { findProposal } from '#domains/govern/find-proposal.server.ts';
import { proposeAct } from '#domains/govern/propose-act.server.ts';
import { govern_act_new_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { notFound, Refusal } from '#platform/errors.ts';
import { errorText } from '#ui/error-text.server.ts';
import { to } from '#ui/locale.ts';
import { refused } from '#ui/refused.server.ts';
import { requireMe } from '../../entering.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
  await requireMe(event);
  const shell = { title: govern_act_new_title(), room: 'people' as const };
  try {
    return { ...shell, proposal: await as(event.locals.actor, (tx) => findProposal(tx, event.url.searchParams)), why: '' };
  } catch (error) {
    // What cannot be proposed now is said on the page; what is not there is not there.
    if (!(error instanceof Refusal) || error.status === 404) throw error;
    return { ...shell, proposal: undefined, why: errorText(error.code, error.details) };
  }
};

export const actions: Actions = {
  async default({ request, locals, url }) {
    const form = await request.formData();
    let id: string;
    try {
      if (locals.actor.kind !== 'person') throw notFound('govern.act.not_found');
      ({ id } = await as(locals.actor, async (tx) => {
        const { kind, subject, content } = await findProposal(tx, url.searchParams);
        return proposeAct(tx, { kind, subject, content, reason: form.get('reason') });
      }));
    } catch (error) {
      return refused(error, form);
    }
    redirect(303, to(`/acts/${id}?done=proposed`));
  },
};
