import { findDirect } from '#domains/conversations/direct.server.ts';
import { loadConversation, optionsOf } from '#domains/conversations/load-conversation.server.ts';
import { directName } from '#domains/conversations/ui/directName.ts';
import { as, type Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { requireMe } from '../../entering.server.ts';
import { talkActions } from '../../talk.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

async function mine(tx: Tx, id: string | undefined) {
  const found = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id ?? '') ? await findDirect(tx, id!) : undefined;
  if (!found) throw notFound();
  return found;
}

export const load: PageServerLoad = async (event) => {
  await requireMe(event);
  return as(event.locals.actor, async (tx) => {
    const direct = await mine(tx, event.params.id);
    const view = await loadConversation(tx, { kind: 'direct', id: direct.id }, { ...optionsOf(event.url, event.request), single: true });
    return { title: directName(direct), room: 'channels' as const, direct, view };
  });
};

export const actions: Actions = talkActions(async (tx, { params }) => {
  const direct = await mine(tx, params['id']);
  return { subject: { kind: 'direct', id: direct.id }, title: direct.label, back: () => `/messages/${direct.id}` };
});
