import { error, redirect } from '@sveltejs/kit';
import { factsInText } from '#domains/controls/facts.server.ts';
import { editionAddress } from '#domains/library/editions/model.ts';
import { editionControls, editionTree, findEditionPage, listEditions } from '#domains/library/editions/queries.server.ts';
import { readEditionText } from '#domains/library/editions/read-edition.server.ts';
import { findSpace, groupNumber, placeInTree } from '#domains/library/queries.server.ts';
import { parseControls } from '#domains/library/text/controls.ts';
import { splitPage } from '#domains/library/text/page.ts';
import { library_not_found } from '#paraglide/messages.js';
import { config } from '#platform/config.server.ts';
import { as, type Tx } from '#platform/database/open.server.ts';
import { to } from '#ui/locale.ts';
import { keptUntil, reading } from '#ui/reading.server.ts';
import type { PageServerLoad } from './$types.js';

async function read(tx: Tx, params: { space: string; number: string; path: string }, member: boolean) {
  const space = await findSpace(tx, params.space);
  const editions = space ? await listEditions(tx, space.id) : [];
  const edition = editions.find(({ number, status }) => number === params.number && status !== 'draft');
  const page = edition && (await findEditionPage(tx, edition.id, params.path));
  if (!space || !edition || !page) return;
  const tree = await editionTree(tx, edition.id);
  const known = await editionControls(tx, edition.id, page.id);
  const facts = factsInText(parseControls(splitPage(page.revision.text).body).controls, known);
  const text = await readEditionText(tx, space, edition, page, tree, facts, member);
  const inForce = editions.find(({ status }) => status === 'in_force');
  const there = inForce && inForce !== edition ? await findEditionPage(tx, inForce.id, page.path) : undefined;
  const newer = inForce && inForce !== edition ? { number: inForce.number, href: editionAddress(space.slug, inForce.number, there?.path) } : undefined;
  return { space, edition, page, text, pages: tree.length, place: placeInTree(tree, page.id), newer };
}

export const load: PageServerLoad = async (event) => {
  reading(event);
  const { params, locals } = event;
  const found = await as(locals.actor, (tx) => read(tx, params, locals.actor.kind === 'person'));
  if (!found) error(404, library_not_found());
  const { space, edition, page } = found;
  const address = editionAddress(space.slug, edition.number, page.path);
  // Under an address it got later, the edition leads to its own.
  if (page.path !== params.path) redirect(301, to(address));
  keptUntil(event, `space:${space.id}`);
  const { revision, ...rest } = page;
  return {
    title: page.title,
    description: page.description,
    room: 'library' as const,
    ...found,
    page: { ...rest, revision: revision.number, same: page.now?.revisionId === revision.id },
    number: groupNumber(page.groupKey),
    address,
    cited: config().url + address,
  };
};
