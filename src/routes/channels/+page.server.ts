import type { PageServerLoad } from './$types.js';
import { listChannels } from '#domains/channels/queries.server.ts';
import { channels_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';

export const load: PageServerLoad = async ({ locals }) => ({
  title: channels_title(),
  room: 'channels',
  channels: await as(locals.actor, listChannels),
});
