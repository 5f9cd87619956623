import { randomUUID } from 'node:crypto';
import { redirect } from '@sveltejs/kit';
import type { Actions, PageServerLoad } from './$types.js';
import { openChannel } from '#domains/channels/open-channel.server.ts';
import { listAudienceChoices } from '#domains/channels/queries.server.ts';
import { channels_open } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { hubSettings } from '#platform/settings/values.server.ts';
import { to } from '#ui/locale.ts';
import { refused } from '#ui/refused.server.ts';

export const load: PageServerLoad = async ({ locals, url }) => {
  const audiences = locals.actor.kind === 'visitor' ? [] : await as(locals.actor, listAudienceChoices);
  if (!audiences.length) throw notFound();
  return {
    title: channels_open(),
    room: 'channels',
    audiences,
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
      ({ slug } = await as(locals.actor, (tx) => openChannel(tx, Object.fromEntries(form))));
    } catch (error) {
      return refused(error, form);
    }
    redirect(303, to(`/channels/${slug}`));
  },
};
