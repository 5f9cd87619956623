import { redirect } from '@sveltejs/kit';
import { listActs } from '#domains/govern/acts.server.ts';
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
    const { rules, mayChange, two } = await listRules(tx);
    const asked = rules.find(({ kind, label }) => kind === searchParams.get('kind') && (label ?? '') === (searchParams.get('label') ?? ''));
    return {
      title: records_retention_title(),
      rules,
      mayChange,
      two,
      waits: mayChange ? (await listActs(tx)).filter(({ kind, state }) => kind === 'shorten_retention' && state === 'open') : [],
      edit: mayChange ? asked : undefined,
      done: searchParams.has('done'),
      runs: mayChange ? await listRuns(tx) : [],
    };
  });
};

export const actions: Actions = {
  async default({ request, locals, url }) {
    const form = await request.formData();
    let waits: string | null;
    try {
      if (locals.actor.kind !== 'person') throw notFound('records.rule.not_found');
      const { searchParams } = url;
      ({ waits } = await as(locals.actor, (tx) =>
        changeRule(tx, { kind: searchParams.get('kind'), label: searchParams.get('label'), days: form.get('days'), reason: form.get('reason') }),
      ));
    } catch (error) {
      return refused(error, form);
    }
    redirect(303, to(waits ? `/acts/${waits}?done=proposed` : '/retention?done'));
  },
};
