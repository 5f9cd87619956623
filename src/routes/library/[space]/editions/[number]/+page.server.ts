import { error, redirect } from '@sveltejs/kit';
import { editionAddress, Withdrawal } from '#domains/library/editions/model.ts';
import { editionRights, editionTree, listEditions } from '#domains/library/editions/queries.server.ts';
import { editionBefore, summariseEditions } from '#domains/library/editions/summary.server.ts';
import { withdrawEdition } from '#domains/library/editions/withdraw-edition.server.ts';
import { isSeen } from '#domains/conversations/load-conversation.server.ts';
import { findSpace } from '#domains/library/queries.server.ts';
import { seePage } from '#domains/library/upkeep/queries.server.ts';
import { myByline } from '#domains/people/my-byline.server.ts';
import { editions_edition_of, library_not_found } from '#paraglide/messages.js';
import { config } from '#platform/config.server.ts';
import { as, type Tx } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';
import { parse } from '#platform/input.ts';
import { to } from '#ui/locale.ts';
import { keptUntil, reading } from '#ui/reading.server.ts';
import { refused } from '#ui/refused.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

async function read(tx: Tx, slug: string, wanted: string, request?: Request) {
  const space = await findSpace(tx, slug);
  const editions = space ? await listEditions(tx, space.id) : [];
  const edition = editions.find(({ number, status }) => number === wanted && status !== 'draft');
  if (!space || !edition) return;
  const inForce = editions.find(({ status }) => status === 'in_force');
  const newer = inForce && inForce !== edition ? { number: inForce.number, href: editionAddress(slug, inForce.number) } : undefined;
  const before = editionBefore(editions, edition.number);
  const changes = before && (await summariseEditions(tx, space.id, before, edition));
  if (request && isSeen(request)) await seePage(tx, edition.id);
  return { space, edition, newer, changes, tree: await editionTree(tx, edition.id), ...(await editionRights(tx, space.audienceId)) };
}

export const load: PageServerLoad = async (event) => {
  reading(event);
  const { space, number } = event.params;
  const found = await as(event.locals.actor, (tx) => read(tx, space, number, event.locals.actor.kind === 'person' ? event.request : undefined));
  if (!found) error(404, library_not_found());
  keptUntil(event, `space:${found.space.id}`);
  const title = editions_edition_of({ space: found.space.title, number });
  return { title, room: 'library' as const, ...found, cited: config().url + editionAddress(space, number) };
};

export const actions: Actions = {
  async withdraw({ request, params, locals }) {
    const form = await request.formData();
    try {
      await as(locals.actor, async (tx) => {
        const found = await read(tx, params.space, params.number);
        if (!found) throw new Refusal('library.edition.not_found', { status: 404 });
        await withdrawEdition(tx, { ...parse(Withdrawal, { reason: form.get('reason') ?? '' }), id: found.edition.id, byline_id: await myByline(tx) });
      });
    } catch (error) {
      return refused(error, form);
    }
    redirect(303, to(editionAddress(params.space, params.number)));
  },
};
