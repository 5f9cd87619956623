import { randomUUID } from 'node:crypto';
import { redirect } from '@sveltejs/kit';
import { actOnConversation } from '#domains/conversations/act.server.ts';
import { findDirect, openDirect } from '#domains/conversations/direct.server.ts';
import { listThreads } from '#domains/conversations/queries.server.ts';
import { findPeople } from '#domains/people/directory/find-people.server.ts';
import { messages_new } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { to } from '#ui/locale.ts';
import { refused } from '#ui/refused.server.ts';
import { requireMe } from '../../entering.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
  const me = await requireMe(event);
  const { people } = await as(event.locals.actor, (tx) => findPeople(tx, { limit: 500 }));
  const wanted = event.url.searchParams.getAll('to');
  return {
    title: messages_new(),
    room: 'channels' as const,
    retryKey: randomUUID(),
    wanted,
    people: people.filter((each) => each.slug !== me.slug).map(({ slug, name, organizations }) => ({ slug, name, organization: organizations[0]?.name ?? '' })),
  };
};

export const actions: Actions = {
  async default({ request, locals }) {
    const form = await request.formData();
    let id: string;
    try {
      if (locals.actor.kind !== 'person') throw notFound();
      id = await as(locals.actor, async (tx) => {
        const opened = await openDirect(tx, { people: form.getAll('people').map(String) });
        const label = (await findDirect(tx, opened.id))?.label ?? '';
        const [thread] = await listThreads(tx, opened.conversation_id);
        if (thread) form.set('thread_id', thread.id);
        await actOnConversation(tx, 'post', { kind: 'direct', id: opened.id }, form, label);
        return opened.id;
      });
    } catch (error) {
      const answer = refused(error, form);
      Object.assign(answer.data, { people: form.getAll('people').map(String) });
      return answer as typeof answer & { data: { people: string[] } };
    }
    redirect(303, to(`/messages/${id}`));
  },
};
