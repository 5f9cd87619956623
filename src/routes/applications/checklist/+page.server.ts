import { redirect } from '@sveltejs/kit';
import { listActs } from '#domains/govern/acts.server.ts';
import { changeChecklist } from '#domains/govern/change-checklist.server.ts';
import { listChecklists } from '#domains/people/joining/checklists.server.ts';
import { people_checklist_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { to } from '#ui/locale.ts';
import { refused } from '#ui/refused.server.ts';
import { requireMe } from '../../entering.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
  await requireMe(event);
  return as(event.locals.actor, async (tx) => {
    const lists = await listChecklists(tx);
    if (!lists.versions.length) throw notFound();
    const waits = (await listActs(tx)).filter(({ kind, state }) => kind === 'shorten_checklist' && state === 'open');
    return { title: people_checklist_title(), room: 'people' as const, ...lists, waits, done: event.url.searchParams.has('done') };
  });
};

export const actions: Actions = {
  async default({ request, locals }) {
    const form = await request.formData();
    let waits: string | null;
    try {
      if (locals.actor.kind !== 'person') throw notFound();
      const keep = [...form.keys()].filter((name) => name.startsWith('keep.')).map((name) => name.slice(5));
      const input = { after: form.get('after'), keep, add: form.get('add') ?? '', reason: form.get('reason') };
      ({ waits } = await as(locals.actor, (tx) => changeChecklist(tx, input)));
    } catch (error) {
      return refused(error, form);
    }
    redirect(303, to(waits ? `/acts/${waits}?done=proposed` : '/applications/checklist?done'));
  },
};
