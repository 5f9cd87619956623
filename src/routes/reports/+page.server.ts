import { answerDecision } from '#domains/conversations/moderation/answer-decision.server.ts';
import { seeRings } from '#domains/conversations/moderation/bell.server.ts';
import { findModerating, listAboutMe, listMyReports } from '#domains/conversations/moderation/queries.server.ts';
import { outcomeName, reasonName } from '#domains/conversations/moderation/words.ts';
import { keeping_answer_done, keeping_mine_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { refused } from '#ui/refused.server.ts';
import { requireMe } from '../entering.server.ts';
import { shownRows } from '../moderation/rows.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
  await requireMe(event);
  return as(event.locals.actor, async (tx) => {
    // Opening the page is having seen it; before the lists are read, so that nothing is put aside that does not stand there.
    const fresh = await seeRings(tx);
    const [reports, about, { moderates }] = [await listMyReports(tx), await listAboutMe(tx), await findModerating(tx)];
    return {
      title: keeping_mine_title(),
      room: 'channels' as const,
      moderates,
      reports: reports.map((each) => ({
        ...each,
        fresh: fresh.has(each.id),
        because: reasonName(each.reason),
        became: each.outcome && outcomeName(each.outcome),
      })),
      about: (await shownRows(tx, about)).map((each) => ({ ...each, fresh: fresh.has(each.id) })),
    };
  });
};

export const actions: Actions = {
  answer: async ({ locals, request }) => {
    const form = await request.formData();
    try {
      await as(locals.actor, (tx) => answerDecision(tx, { id: form.get('id'), answer: form.get('answer') }));
      return { done: keeping_answer_done() };
    } catch (error) {
      return refused(error, form);
    }
  },
};
