import { redirect } from '@sveltejs/kit';
import { factsOnPage } from '#domains/controls/facts.server.ts';
import { picturesIn } from '#domains/library/assets.server.ts';
import { openShared } from '#domains/library/together/open-shared.server.ts';
import { askAlong, closeShared, endAlong } from '#domains/library/together/share-with.server.ts';
import { changes_together_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { to } from '#ui/locale.ts';
import { refused } from '#ui/refused.server.ts';
import { togetherUrl, visualUrl } from 'virtual:page-assets';
import { requireMe } from '../../../entering.server.ts';
import { propose, save } from './send.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
  await requireMe(event);
  const found = await as(event.locals.actor, async (tx) => {
    const open = await openShared(tx, event.params.id, factsOnPage);
    return { ...open, pictures: await picturesIn(tx, open.shared.space.id, open.shared.page.path, open.values.text) };
  });
  const saved = event.url.searchParams.has('saved');
  return {
    title: changes_together_title({ page: found.shared.page.title }),
    room: 'library' as const,
    ...found,
    saved,
    script: visualUrl,
    together: togetherUrl,
  };
};

const here = (id: string, what = '') => to(`/changes/together/${id}${what}`);

export const actions: Actions = {
  save,
  propose,
  async ask({ locals, params, request }) {
    const form = await request.formData();
    try {
      await as(locals.actor, (tx) => askAlong(tx, params.id, String(form.get('member') ?? '')));
    } catch (error) {
      return refused(error, form);
    }
    redirect(303, here(params.id, '#writers'));
  },
  async end({ locals, params, request }) {
    const member = String((await request.formData()).get('member') ?? '');
    const mine = await as(locals.actor, async (tx) => {
      const { shared } = await openShared(tx, params.id, factsOnPage);
      await endAlong(tx, params.id, member);
      return shared.may_ask;
    });
    redirect(303, mine ? here(params.id, '#writers') : to('/changes'));
  },
  async close({ locals, params }) {
    await as(locals.actor, (tx) => closeShared(tx, params.id));
    redirect(303, here(params.id));
  },
};
