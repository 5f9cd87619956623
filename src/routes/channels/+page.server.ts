import type { PageServerLoad } from './$types.js';
import { listChannels } from '#domains/channels/queries.server.ts';
import { findModerating } from '#domains/conversations/moderation/queries.server.ts';
import { channels_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';

export const load: PageServerLoad = async ({ locals }) =>
  as(locals.actor, async (tx) => ({
    title: channels_title(),
    room: 'channels',
    channels: await listChannels(tx),
    moderates: locals.actor.kind === 'person' && (await findModerating(tx)).moderates,
  }));
