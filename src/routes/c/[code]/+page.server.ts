import { error } from '@sveltejs/kit';
import type { PageServerLoad } from './$types.js';
import { library_not_found } from '#paraglide/messages.js';
import { as, type Tx } from '#platform/database/open.server.ts';
import { controlName } from '#domains/controls/model.ts';
import { listControlHistory } from '#domains/controls/history.server.ts';
import { findControl, listNeighbours, listRelated } from '#domains/controls/queries.server.ts';
import { keptUntil } from '#ui/reading.server.ts';
import { innerLink } from '#domains/library/page-view.server.ts';
import { findSpace } from '#domains/library/queries.server.ts';
import { renderPage } from '#domains/library/text/render-page.ts';

async function read(tx: Tx, code: string) {
  const control = await findControl(tx, code);
  if (!control) return;
  const space = await findSpace(tx, control.spaceSlug);
  return {
    control, mayPropose: space?.mayPropose ?? false,
    neighbours: await listNeighbours(tx, control), related: await listRelated(tx, control), history: await listControlHistory(tx, control),
  };
}

export const load: PageServerLoad = async (event) => {
  const { locals, params } = event;
  const found = await as(locals.actor, (tx) => read(tx, params.code));
  if (!found) error(404, library_not_found());
  const { control } = found;
  // Related controls stand in other spaces.
  keptUntil(event, 'library');
  const { html } = renderPage(control.text, { link: (href) => innerLink(href, control.spaceSlug, control.pagePath) });
  return { title: controlName(control), description: control.risk || control.title, room: 'controls' as const, html, ...found };
};
