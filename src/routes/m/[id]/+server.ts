import { redirect } from '@sveltejs/kit';
import { as } from '#platform/database/open.server.ts';
import { to } from '#ui/locale.ts';
import { placed } from '../placed.server.ts';
import type { RequestHandler } from './$types.js';

/** The permanent address of a message leads to where it stands, asked anew each time with the reader's own eyes. */
export const GET: RequestHandler = async ({ locals, params, setHeaders }) => {
  const { message, address } = await as(locals.actor, (tx) => placed(tx, params.id));
  // Moved with its thread: it goes on from there, for whoever reads there.
  if (message.moved_to) redirect(303, to(`/m/${message.moved_to}`));
  setHeaders({ 'cache-control': 'private, no-store' });
  redirect(303, to(address));
};
