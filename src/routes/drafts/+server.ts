import { draftForm } from '#domains/conversations/post-form.server.ts';
import type { Subject } from '#domains/conversations/model.ts';
import { as } from '#platform/database/open.server.ts';
import { requireMe } from '../entering.server.ts';
import type { RequestHandler } from './$types.js';

/** Keeps what somebody is writing, while they write; for the script of the composer. */
export const POST: RequestHandler = async (event) => {
  await requireMe(event);
  const form = await event.request.formData();
  const text = (name: string) => {
    const value = form.get(name);
    return typeof value === 'string' ? value : undefined;
  };
  const [kind, id] = (text('subject') ?? '').split(':');
  await as(event.locals.actor, (tx) => draftForm(tx, { subject: { kind, id } as Subject }, text));
  return new Response(null, { status: 204 });
};
