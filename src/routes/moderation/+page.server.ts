import { sql } from 'kysely';
import { REASONS } from '#domains/conversations/moderation/model.ts';
import { findModerating, listDecisions, listModerated, listQueue } from '#domains/conversations/moderation/queries.server.ts';
import { reasonName } from '#domains/conversations/moderation/words.ts';
import { keeping_done, keeping_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { refused } from '#ui/refused.server.ts';
import { requireMe } from '../entering.server.ts';
import { acts } from './acts.server.ts';
import { shownRows } from './rows.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
  await requireMe(event);
  return as(event.locals.actor, async (tx) => {
    const { moderates, hub } = await findModerating(tx);
    if (!moderates) throw notFound();
    const [queue, decisions, channels] = [await listQueue(tx), await listDecisions(tx), await listModerated(tx)];
    const { rows: people } =
      hub || channels.length
        ? await sql<{
            value: string;
            label: string;
          }>`select slug as value, name as label from app.members where status = 'active' order by lower(name), slug limit 500`.execute(tx)
        : { rows: [] };
    return {
      title: keeping_title(),
      room: 'channels' as const,
      hub,
      people,
      channels: channels.map(({ id, name }) => ({ value: id, label: name })),
      reasons: REASONS.map((value) => ({ value, label: reasonName(value) })),
      queue: await shownRows(tx, queue),
      decisions: await shownRows(tx, decisions),
    };
  });
};

export const actions: Actions = Object.fromEntries(
  Object.entries(acts).map(([name, act]) => [
    name,
    async ({ locals, request }) => {
      const form = await request.formData();
      try {
        await as(locals.actor, (tx) => act(tx, form));
        return { done: keeping_done() };
      } catch (error) {
        return refused(error, form);
      }
    },
  ]),
) satisfies Actions;
