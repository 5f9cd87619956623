import * as v from 'valibot';
import type { PageServerLoad } from './$types.js';
import { controls_description, controls_title } from '#paraglide/messages.js';
import { as, type Tx } from '#platform/database/open.server.ts';
import { Filters } from '#domains/controls/model.ts';
import { keptUntil } from '#ui/reading.server.ts';
import { countControls, countMatrix, listChoices, listControls } from '#domains/controls/queries.server.ts';

async function read(tx: Tx, filters: Filters) {
  return { filters, controls: await listControls(tx, filters), total: await countControls(tx), choices: await listChoices(tx), matrix: await countMatrix(tx) };
}

export const load: PageServerLoad = async (event) => {
  const { locals, url } = event;
  keptUntil(event, 'library');
  const filters = v.parse(Filters, Object.fromEntries(url.searchParams));
  const found = await as(locals.actor, (tx) => read(tx, filters));
  return { title: controls_title(), description: controls_description(), room: 'controls' as const, ...found };
};
