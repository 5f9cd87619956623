import { error, redirect } from '@sveltejs/kit';
import { readEditionBoard } from '#domains/library/editions/board.server.ts';
import { EditionWords, editionAddress, nextNumber } from '#domains/library/editions/model.ts';
import { changeEdition, dropEdition, prepareEdition } from '#domains/library/editions/prepare-edition.server.ts';
import { publishEdition } from '#domains/library/editions/publish-edition.server.ts';
import type { Edition } from '#domains/library/editions/queries.server.ts';
import type { Space } from '#domains/library/queries.server.ts';
import { myByline } from '#domains/people/my-byline.server.ts';
import { editions_of, library_not_found } from '#paraglide/messages.js';
import { as, type Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { parse } from '#platform/input.ts';
import { to } from '#ui/locale.ts';
import { keptUntil, reading } from '#ui/reading.server.ts';
import { refused } from '#ui/refused.server.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types.js';

export const load: PageServerLoad = async (event) => {
  reading(event);
  const found = await as(event.locals.actor, (tx) => readEditionBoard(tx, event.params.space));
  if (!found) error(404, library_not_found());
  keptUntil(event, `space:${found.space.id}`);
  return { title: editions_of({ space: found.space.title }), room: 'library' as const, ...found, next: nextNumber(found.editions[0]?.number) };
};

type Act = (tx: Tx, here: { space: Space; draft: Edition | undefined }, form: FormData) => Promise<string | undefined>;
const act = (work: Act) => async (event: RequestEvent) => {
  const form = await event.request.formData();
  let published: string | undefined;
  try {
    published = await as(event.locals.actor, async (tx) => work(tx, (await readEditionBoard(tx, event.params.space)) ?? raise(), form));
  } catch (error) {
    return refused(error, form);
  }
  redirect(303, to(published ? editionAddress(event.params.space, published) : `/library/${event.params.space}/editions`));
};
const words = (form: FormData) => parse(EditionWords, Object.fromEntries(form));

export const actions: Actions = {
  prepare: act(async (tx, { space }, form) => {
    await prepareEdition(tx, { ...words(form), space_id: space.id, byline_id: await myByline(tx) });
    return undefined;
  }),
  save: act(async (tx, { draft }, form) => {
    await changeEdition(tx, (draft ?? raise()).id, words(form));
    return undefined;
  }),
  drop: act(async (tx, { draft }) => {
    await dropEdition(tx, (draft ?? raise()).id);
    return undefined;
  }),
  publish: act(async (tx, { draft }, form) => {
    await publishEdition(tx, { id: (draft ?? raise()).id, byline_id: await myByline(tx), seen: String(form.get('seen') ?? '') });
    return draft?.number;
  }),
};

function raise(): never {
  throw notFound();
}
