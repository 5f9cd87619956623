import { randomUUID } from 'node:crypto';
import { redirect } from '@sveltejs/kit';
import type { Actions, PageServerLoad } from './$types.js';
import { openChannel } from '#domains/channels/open-channel.server.ts';
import { listAudienceChoices, listNameable } from '#domains/channels/queries.server.ts';
import { channels_open } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { hubSettings } from '#platform/settings/values.server.ts';
import { to } from '#ui/locale.ts';
import { refused } from '#ui/refused.server.ts';

export const load: PageServerLoad = async ({ locals, url }) => {
  if (locals.actor.kind === 'visitor') throw notFound();
  const { audiences, nameable } = await as(locals.actor, async (tx) => ({ audiences: await listAudienceChoices(tx), nameable: await listNameable(tx) }));
  if (!audiences.length) throw notFound();
  return {
    title: channels_open(),
    room: 'channels',
    audiences,
    nameable,
    wanted: url.searchParams.getAll('reader'),
    chosen: url.searchParams.get('audience'),
    retryKey: randomUUID(),
    ceiling: hubSettings().channel_label,
  };
};

export const actions: Actions = {
  default: async ({ locals, request }) => {
    const form = await request.formData();
    let slug: string;
    try {
      ({ slug } = await as(locals.actor, (tx) => openChannel(tx, { ...Object.fromEntries(form), readers: form.getAll('readers').map(String) })));
    } catch (error) {
      const answer = refused(error, form);
      return Object.assign(answer, { data: { ...answer.data, readers: form.getAll('readers').map(String) } });
    }
    redirect(303, to(`/channels/${slug}`));
  },
};
