import { findReaders } from '#domains/people/audiences.server.ts';
import { common_who_reads } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { requireMe } from '../../entering.server.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
  await requireMe(event);
  const id = /^\d{1,9}$/.test(event.params.id) ? Number(event.params.id) : 0;
  const readers = await as(event.locals.actor, (tx) => findReaders(tx, id));
  if (!readers) throw notFound();
  return { title: common_who_reads(), room: 'people' as const, readers };
};
