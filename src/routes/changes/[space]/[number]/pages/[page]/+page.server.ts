import { fail, redirect } from '@sveltejs/kit';
import { readWithdrawal } from '#domains/library/draft.server.ts';
import { readPlacing } from '#domains/library/read-placing.ts';
import { findMine } from '#domains/library/queries/my-request.server.ts';
import { findPartPlace } from '#domains/library/queries/workbench.server.ts';
import { placePart, retirePart } from '#domains/library/request-parts.server.ts';
import { updateChangeRequest } from '#domains/library/update-change-request.server.ts';
import { findMyByline } from '#domains/people/my-byline.server.ts';
import { changes_place_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { fieldErrors } from '#ui/field-errors.server.ts';
import { to } from '#ui/locale.ts';
import { refused } from '#ui/refused.server.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types.js';

export const load: PageServerLoad = async ({ locals, params, parent }) => {
  if (!(await parent()).me) redirect(303, to(`/signin?next=${encodeURIComponent(to(locals.path))}&members`));
  const { mine, page, places } = await as(locals.actor, (tx) => findPartPlace(tx, params));
  return { title: changes_place_title({ page: page.title }), room: 'library' as const, request: mine.request, page, places };
};

/** Changes what the request does to this page, and leads back to all it does. */
const act = (name: string) => async (event: RequestEvent) => {
  const form = await event.request.formData();
  const { space, number, page } = event.params;
  try {
    await as(event.locals.actor, async (tx) => {
      const mine = await findMine(tx, event.params);
      const [id, byline_id] = [mine.request.id, (await findMyByline(tx)) ?? ''];
      if (name === 'place') return updateChangeRequest(tx, { id, byline_id, pages: await placePart(tx, mine, page, readPlacing(form)) });
      const gone = await retirePart(tx, mine, page, readWithdrawal(form, null));
      await updateChangeRequest(tx, { id, byline_id, ...(gone ? { pages: [gone] } : { drop: [page] }) });
    });
  } catch (error) {
    const { status, data } = refused(error, form);
    return fail(status, { ...data, act: name, fields: fieldErrors(error) });
  }
  redirect(303, to(`/changes/${space}/${number}/pages?changed`));
};

export const actions: Actions = { place: act('place'), retire: act('retire') };
