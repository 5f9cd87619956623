import { error, redirect } from '@sveltejs/kit';
import { answerPage, myAnswer } from '#domains/library/upkeep/answer-page.server.ts';
import { findPage, findSpace } from '#domains/library/queries.server.ts';
import { findUpkeep, listPossibleOwners } from '#domains/library/upkeep/queries.server.ts';
import { reviewPage, setUpkeep } from '#domains/library/upkeep/set-upkeep.server.ts';
import { library_not_found, upkeep_of } from '#paraglide/messages.js';
import { as, type Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
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
    return page && { page, owners: page.may_set ? await listPossibleOwners(tx, id) : [], answer: await myAnswer(tx, id), retryKey: newId() };
  });
  if (!found) error(404, library_not_found());
  return {
    title: upkeep_of({ page: found.page.title }),
    room: 'library' as const,
    ...found,
    done: event.url.searchParams.get('done') ?? '',
    talk: /^[0-9a-f-]{36}$/.exec(event.url.searchParams.get('talk') ?? '')?.[0],
  };
};

const act =
  (done: string, work: (tx: Tx, id: string, form: FormData) => Promise<{ conversation: string | null } | string | void>) => async (event: RequestEvent) => {
    const form = await event.request.formData();
    let more: string;
    try {
      const said = await as(event.locals.actor, async (tx) => work(tx, (await idOf(tx, event.params)) ?? raise(), form));
      more = typeof said === 'object' && said?.conversation ? `&talk=${said.conversation.split('/').at(-1)}` : '';
    } catch (error) {
      return refused(error, form);
    }
    redirect(303, to(`/library/${event.params.space}/${event.params.path}/upkeep?done=${done}${more}`));
  };

export const actions: Actions = {
  set: act('set', (tx, id, form) => setUpkeep(tx, id, Object.fromEntries(form))),
  review: act('review', reviewPage),
  answer: act('answer', (tx, id, form) => answerPage(tx, id, Object.fromEntries(form))),
};

function raise(): never {
  throw notFound();
}
