import { redirect } from '@sveltejs/kit';
import { changeRule } from '#domains/records/change-rule.server.ts';
import { listRules, listRuns } from '#domains/records/queries.server.ts';
import { records_retention_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { to } from '#ui/locale.ts';
import { refused } from '#ui/refused.server.ts';
import { requireMe } from '../entering.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
  await requireMe(event);
  const { searchParams } = event.url;
  return as(event.locals.actor, async (tx) => {
    const { rules, mayChange } = await listRules(tx);
    const asked = rules.find(({ kind, label }) => kind === searchParams.get('kind') && (label ?? '') === (searchParams.get('label') ?? ''));
    return {
      title: records_retention_title(),
      rules,
      mayChange,
      edit: mayChange ? asked : undefined,
      done: searchParams.has('done'),
      runs: mayChange ? await listRuns(tx) : [],
    };
  });
};

export const actions: Actions = {
  async default({ request, locals, url }) {
    const form = await request.formData();
    try {
      if (locals.actor.kind !== 'person') throw notFound('records.rule.not_found');
      const { searchParams } = url;
      await as(locals.actor, (tx) =>
        changeRule(tx, { kind: searchParams.get('kind'), label: searchParams.get('label'), days: form.get('days'), reason: form.get('reason') }),
      );
    } catch (error) {
      return refused(error, form);
    }
    redirect(303, to('/retention?done'));
  },
};
