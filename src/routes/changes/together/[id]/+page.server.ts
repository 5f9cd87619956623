import { fail, redirect } from '@sveltejs/kit';
import { factsOnPage } from '#domains/controls/facts.server.ts';
import { type DraftAnswer, readDraft, refusedDraft } from '#domains/library/draft.server.ts';
import { picturesIn } from '#domains/library/assets.server.ts';
import { openShared } from '#domains/library/together/open-shared.server.ts';
import { proposeShared } from '#domains/library/together/propose-shared.server.ts';
import { fieldsIn, saveForm } from '#domains/library/together/share-draft.server.ts';
import { askAlong, closeShared, endAlong } from '#domains/library/together/share-with.server.ts';
import { changes_together_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';
import { to } from '#ui/locale.ts';
import { refused } from '#ui/refused.server.ts';
import { togetherUrl, visualUrl } from 'virtual:page-assets';
import { requireMe } from '../../../entering.server.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types.js';

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

/** Puts in what the form brought, before anything else is done with it. */
async function put(event: RequestEvent): Promise<{ values: ReturnType<typeof readDraft> }> {
  const form = await event.request.formData();
  const values = readDraft(form);
  await as(event.locals.actor, (tx) => saveForm(tx, event.params.id, Number(form.get('number')), fieldsIn(values)));
  return { values };
}
const here = (id: string, what = '') => to(`/changes/together/${id}${what}`);

export const actions: Actions = {
  async save(event) {
    try {
      await put(event);
    } catch (error) {
      return refused(error);
    }
    redirect(303, here(event.params.id, '?saved'));
  },
  async propose(event) {
    const { actor } = event.locals;
    let values: ReturnType<typeof readDraft> | undefined;
    let address: string;
    try {
      ({ values } = await put(event));
      const asked = values;
      address = await as(actor, (tx) => proposeShared(tx, event.params.id, asked, factsOnPage));
    } catch (error) {
      if (!values || !(error instanceof Refusal)) return refused(error);
      const { status, answer } = refusedDraft(error, values, values.text, 1, '');
      return fail(status, answer satisfies DraftAnswer);
    }
    redirect(303, to(address));
  },
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
