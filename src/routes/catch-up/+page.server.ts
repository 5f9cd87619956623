import { listRings } from '#domains/conversations/moderation/bell.server.ts';
import { shownRing } from '#domains/conversations/moderation/words.ts';
import { listNewCalls, listNewThreads } from '#domains/conversations/telling/catch-up.server.ts';
import { ReadUp, readUp } from '#domains/conversations/telling/read-up.server.ts';
import { listRequestRings, ringAddress } from '#domains/library/deciding/bell.server.ts';
import { catch_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { parse } from '#platform/input.ts';
import { refused } from '#ui/refused.server.ts';
import { requireMe } from '../entering.server.ts';
import { placesOf } from '../places.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
  const me = await requireMe(event);
  return as(event.locals.actor, async (tx) => {
    const [threads, calls, rings] = [await listNewThreads(tx), await listNewCalls(tx), await listRings(tx)];
    const places = await placesOf(tx, [...threads, ...calls, ...rings.flatMap(({ subject_id }) => (subject_id ? [{ subjectId: subject_id }] : []))]);
    const placed = <T extends { subjectId: string }>(each: T) => ({ ...each, place: places.get(each.subjectId) });
    // Written to me: it stands there once, with how much of it is new.
    const { direct = [], others = [] } = Object.groupBy(threads, (each) => (each.subjectKind === 'direct' ? 'direct' : 'others'));
    const groups = [...Map.groupBy(others, (each) => each.conversation_id).values()].map((of) => ({
      id: of[0]!.conversation_id,
      name: places.get(of[0]!.subjectId)?.name ?? of[0]!.title,
      address: places.get(of[0]!.subjectId)?.address,
      threads: of.map((each) => ({ ...each, last_at: each.last_at.toISOString() })),
    }));
    return {
      title: catch_title(),
      groups,
      direct: direct.map((each) => ({ ...placed(each), last_at: each.last_at.toISOString() })),
      calls: calls.filter((each) => !direct.some(({ id }) => id === each.thread_id)).map((each) => ({ ...placed(each), at: each.at.toISOString() })),
      rings: rings.map((each) => shownRing(each, places.get(each.subject_id ?? '')?.name ?? null)),
      requests: (await listRequestRings(tx)).map((each) => ({ ...each, address: ringAddress(each) })),
      now: new Date().toISOString(),
      zone: me.time_zone,
    };
  });
};

export const actions: Actions = {
  // One button for a thread, one for a channel, one for all: each carries how far its threads were shown.
  async default({ request, locals }) {
    const form = await request.formData();
    const threads = form.getAll('thread').map((each) => ({ id: String(each).slice(0, 36), number: Number(String(each).slice(37)) }));
    try {
      await as(locals.actor, (tx) => readUp(tx, parse(ReadUp, { threads })));
      return { done: true };
    } catch (error) {
      return refused(error, form);
    }
  },
};
