import { redirect } from '@sveltejs/kit';
import { as } from '#platform/database/open.server.ts';
import { to } from '#ui/locale.ts';
import { placed } from '../placed.server.ts';
import type { PageServerLoad } from './$types.js';

/** The permanent address of a message leads to where it stands, asked anew each time with the reader's own eyes. A page of its own only where there is none. */
export const load: PageServerLoad = async ({ locals, params }) => {
  const { message, address } = await as(locals.actor, (tx) => placed(tx, params.id));
  // Moved with its thread: it goes on from there, for whoever reads there.
  if (message.moved_to) redirect(303, to(`/m/${message.moved_to}`));
  redirect(303, to(address));
};
