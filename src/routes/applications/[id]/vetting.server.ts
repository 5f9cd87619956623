import type { RequestEvent } from '@sveltejs/kit';
import { as, type Tx } from '#platform/database/open.server.ts';
import { refused } from '#ui/refused.server.ts';
import { requireMe } from '../../entering.server.ts';

/** The id in the address; what is none is nobody's. */
export const idOf = (id: string) => (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id) ? id : '00000000-0000-0000-0000-000000000000');

/** One act on the application in the address, and what it is answered with. */
export async function act(
  event: Pick<RequestEvent, 'locals' | 'request'> & { params: { id: string } },
  done: string,
  work: (tx: Tx, input: { id: string } & Record<string, unknown>) => Promise<unknown>,
) {
  await requireMe(event);
  const form = await event.request.formData();
  try {
    await as(event.locals.actor, (tx) => work(tx, { ...Object.fromEntries(form), id: idOf(event.params.id) }));
    return { done };
  } catch (error) {
    return refused(error, form);
  }
}
