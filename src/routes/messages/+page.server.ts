import { listDirect } from '#domains/conversations/direct.server.ts';
import { messages_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { requireMe } from '../entering.server.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
  await requireMe(event);
  return { title: messages_title(), room: 'channels' as const, direct: await as(event.locals.actor, listDirect) };
};
