import { redirect } from '@sveltejs/kit';
import { findMyAgreeing, listVersions } from '#domains/govern/agreements.server.ts';
import { publishAgreement } from '#domains/govern/publish-agreement.server.ts';
import { govern_terms_publish } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { to } from '#ui/locale.ts';
import { refused } from '#ui/refused.server.ts';
import { requireMe } from '../../../entering.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
  await requireMe(event);
  return as(event.locals.actor, async (tx) => {
    const [latest] = await listVersions(tx, event.params.document, true);
    if (!latest || !(await findMyAgreeing(tx)).may_publish) throw notFound('govern.agreement.not_found');
    return { title: govern_terms_publish(), latest };
  });
};

export const actions: Actions = {
  async default({ request, locals, params }) {
    const form = await request.formData();
    try {
      if (locals.actor.kind !== 'person') throw notFound('govern.agreement.not_found');
      const text = (name: string) => String(form.get(name) ?? '').replaceAll('\r\n', '\n');
      await as(locals.actor, (tx) => publishAgreement(tx, { document: params.document, title: text('title'), body: text('body'), changes: text('changes') }));
    } catch (error) {
      return refused(error, form);
    }
    redirect(303, to(`/terms/${params.document}`));
  },
};
