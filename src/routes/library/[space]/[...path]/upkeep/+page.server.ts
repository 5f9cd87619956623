import { error, redirect } from '@sveltejs/kit';
import { findPage, findSpace } from '#domains/library/queries.server.ts';
import { findUpkeep, listPossibleOwners } from '#domains/library/upkeep/queries.server.ts';
import { reviewPage, setUpkeep } from '#domains/library/upkeep/set-upkeep.server.ts';
import { library_not_found, upkeep_of } from '#paraglide/messages.js';
import { as, type Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { to } from '#ui/locale.ts';
import { refused } from '#ui/refused.server.ts';
import { requireMe } from '../../../../entering.server.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types.js';

async function idOf(tx: Tx, params: { space: string; path: string }): Promise<string | undefined> {
  const space = await findSpace(tx, params.space);
  return space && (await findPage(tx, space.id, params.path))?.id;
}

export const load: PageServerLoad = async (event) => {
  await requireMe(event);
  const found = await as(event.locals.actor, async (tx) => {
    const id = await idOf(tx, event.params);
    const page = id && (await findUpkeep(tx, id));
    return page && { page, owners: page.may_set ? await listPossibleOwners(tx, page.page_id) : [] };
  });
  if (!found) error(404, library_not_found());
  return { title: upkeep_of({ page: found.page.title }), room: 'library' as const, ...found, done: event.url.searchParams.get('done') ?? '' };
};

const act = (done: string, work: (tx: Tx, id: string, form: FormData) => Promise<unknown>) => async (event: RequestEvent) => {
  const form = await event.request.formData();
  try {
    await as(event.locals.actor, async (tx) => work(tx, (await idOf(tx, event.params)) ?? raise(), form));
  } catch (error) {
    return refused(error, form);
  }
  redirect(303, to(`/library/${event.params.space}/${event.params.path}/upkeep?done=${done}`));
};

export const actions: Actions = {
  set: act('set', (tx, id, form) => setUpkeep(tx, id, Object.fromEntries(form))),
  review: act('review', reviewPage),
};

function raise(): never {
  throw notFound();
}
