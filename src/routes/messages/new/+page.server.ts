import { randomUUID } from 'node:crypto';
import { redirect, type RequestEvent } from '@sveltejs/kit';
import { LABELS } from '#domains/conversations/model.ts';
import { writeToPeople } from '#domains/conversations/write-to-people.server.ts';
import { offerPeople } from '#domains/people/directory/offer-people.server.ts';
import { messages_new } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { to } from '#ui/locale.ts';
import { refused, typed } from '#ui/refused.server.ts';
import { requireMe } from '../../entering.server.ts';
import { takeFiles, waitingFiles } from '../../take-files.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
  await requireMe(event);
  const q = event.url.searchParams.get('q') ?? '';
  const chosen = event.url.searchParams.getAll('to');
  return { title: messages_new(), room: 'channels' as const, retryKey: randomUUID(), labels: [...LABELS], ...(await offer(event, q, chosen)) };
};

const offer = async ({ locals }: RequestEvent, q: string, chosen: string[]) => ({
  q,
  chosen,
  ...(await as(locals.actor, (tx) => offerPeople(tx, { q, chosen }))),
});
/** What stood in the form, and whom it offers now. */
const again = async (event: RequestEvent, form: FormData) => ({
  ...(await offer(event, String(form.get('q') ?? ''), form.getAll('people').map(String))),
  uploads: await waitingFiles(event.locals.actor, form),
});
type Again = Awaited<ReturnType<typeof again>>;

export const actions: Actions = {
  async send(event) {
    const { actor } = event.locals;
    const form = await event.request.formData();
    let id: string;
    try {
      if (actor.kind !== 'person') throw notFound();
      await takeFiles(actor, form);
      ({ id } = await as(actor, (tx) => writeToPeople(tx, form)));
    } catch (error) {
      const answer = refused(error, form);
      Object.assign(answer.data, await again(event, form));
      return answer as typeof answer & { data: Again };
    }
    redirect(303, to(`/messages/${id}`));
  },
  /** Looks for people, and keeps what stands in the form. */
  async find(event) {
    if (event.locals.actor.kind !== 'person') throw notFound();
    const form = await event.request.formData();
    await takeFiles(event.locals.actor, form);
    return { values: typed(form), message: undefined, ...(await again(event, form)) };
  },
};
