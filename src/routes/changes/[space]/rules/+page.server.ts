import { redirect } from '@sveltejs/kit';
import { findRules, listRulesChanges } from '#domains/library/deciding/queries.server.ts';
import { setRules } from '#domains/library/deciding/set-rules.server.ts';
import { deciding_rules_of } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { to } from '#ui/locale.ts';
import { refused } from '#ui/refused.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, params, url }) =>
  as(locals.actor, async (tx) => {
    const space = await findRules(tx, params.space);
    if (!space) throw notFound();
    const saved = url.searchParams.has('saved');
    return {
      title: deciding_rules_of({ space: space.title }),
      room: 'library' as const,
      space,
      history: await listRulesChanges(tx, space.id),
      saved,
      act: url.searchParams.get('act'),
    };
  });

export const actions: Actions = {
  async default({ request, locals, params }) {
    const form = await request.formData();
    const number = (name: string) => Number(form.get(name) || Number.NaN);
    let act: string | null;
    try {
      if (locals.actor.kind !== 'person') throw notFound('library.space.not_found');
      const rules = {
        preset: form.get('preset'),
        approvals: Number(form.get('approvals') ?? Number.NaN),
        approvers: form.getAll('approvers').map(String),
        up_to_date: form.get('up_to_date') === '1',
        last_call_days: number('last_call_days'),
        consultation_days: number('consultation_days'),
        position_days: number('position_days'),
      };
      ({ act } = await as(locals.actor, (tx) => setRules(tx, params.space, { rules, reason: String(form.get('reason') ?? '') })));
    } catch (error) {
      const answer = refused(error, form);
      Object.assign(answer.data, { approvers: form.getAll('approvers').map(String) });
      return answer as typeof answer & { data: { approvers: string[] } };
    }
    redirect(303, to(`/changes/${params.space}/rules?${act ? `act=${act}` : 'saved'}`));
  },
};
