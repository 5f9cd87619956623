import { changeChoices, findChoices } from '#domains/conversations/telling/change-choices.server.ts';
import { Choices } from '#domains/conversations/telling/choices.ts';
import { listBrowsers, pushKey, unsubscribe } from '#domains/conversations/telling/subscriptions.server.ts';
import { pushUrl } from 'virtual:page-assets';
import { messages_push_stopped, messages_told_saved, messages_told_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { parse } from '#platform/input.ts';
import { refused } from '#ui/refused.server.ts';
import { requireMe } from '../../entering.server.ts';
import * as v from 'valibot';
import type { Actions, PageServerLoad } from './$types.js';

const Id = v.pipe(v.string(), v.uuid('common.not_found'));

export const load: PageServerLoad = async (event) => {
  await requireMe(event);
  return {
    title: messages_told_title(),
    room: 'people' as const,
    ...(await as(event.locals.actor, async (tx) => ({ told: await findChoices(tx), browsers: await listBrowsers(tx) }))),
    key: pushKey(),
    script: pushUrl,
  };
};

export const actions: Actions = {
  async choose({ request, locals }) {
    const form = await request.formData();
    try {
      await as(locals.actor, (tx) => changeChoices(tx, parse(Choices, Object.fromEntries(form))));
      return { done: messages_told_saved() };
    } catch (error) {
      return refused(error, form);
    }
  },
  async stop({ request, locals }) {
    try {
      await as(locals.actor, async (tx) => unsubscribe(tx, { id: parse(Id, (await request.formData()).get('id')) }));
      return { done: messages_push_stopped() };
    } catch (error) {
      return refused(error);
    }
  },
};
