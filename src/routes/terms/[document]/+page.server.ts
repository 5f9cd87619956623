import { redirect } from '@sveltejs/kit';
import { acceptAgreement } from '#domains/govern/accept-agreement.server.ts';
import { agreementDiff, agreementHtml } from '#domains/govern/agreement-text.ts';
import { findMyAgreeing, listVersions } from '#domains/govern/agreements.server.ts';
import { as } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { to } from '#ui/locale.ts';
import { refused } from '#ui/refused.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, params, url, parent }) => {
  const { me } = await parent();
  return as(locals.actor, async (tx) => {
    const versions = await listVersions(tx, params.document, me !== null);
    const number = (name: string) => versions.find((each) => url.searchParams.get(name) === String(each.number));
    const shown = number('version') ?? versions[0];
    if (!shown) throw notFound('govern.agreement.not_found');
    const before = number('from');
    return {
      title: shown.title,
      shown: { ...shown, body: '' },
      present: shown === versions[0],
      html: before ? '' : agreementHtml(shown.body),
      diff: before ? { from: before.number, parts: agreementDiff(before.body, shown.body) } : undefined,
      versions: versions.map(({ body: _, ...rest }) => rest),
      mine: me ? await findMyAgreeing(tx) : undefined,
    };
  });
};

export const actions: Actions = {
  async default({ request, locals }) {
    const form = await request.formData();
    try {
      if (locals.actor.kind !== 'person') throw notFound('govern.agreement.not_found');
      await as(locals.actor, (tx) => acceptAgreement(tx, { version: form.get('version') }));
    } catch (error) {
      return refused(error, form);
    }
    redirect(303, to('/terms'));
  },
};
