import { listArchivedChannels, listChannels } from '#domains/channels/queries.server.ts';
import { involve } from '#domains/conversations/involve.server.ts';
import { channels_browse } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { refused } from '#ui/refused.server.ts';
import { requireMe } from '../../entering.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
  await requireMe(event);
  const wanted = (event.url.searchParams.get('q') ?? '').trim().slice(0, 80);
  const has = (text: string) => text.toLocaleLowerCase().includes(wanted.toLocaleLowerCase());
  const { channels, archived } = await as(event.locals.actor, async (tx) => ({ channels: await listChannels(tx), archived: await listArchivedChannels(tx) }));
  const found = <C extends { name: string; purpose: string }>(list: C[]) => list.filter((each) => has(each.name) || has(each.purpose));
  return { title: channels_browse(), room: 'channels' as const, wanted, channels: found(channels), archived: found(archived), all: channels.length };
};

export const actions: Actions = {
  async default({ request, locals }) {
    const form = await request.formData();
    try {
      await as(locals.actor, (tx) => involve(tx, { conversation_id: form.get('id'), joined: form.get('joined') === 'yes' }));
    } catch (error) {
      return refused(error, form);
    }
    return { message: null };
  },
};
