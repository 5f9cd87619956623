import { redirect } from '@sveltejs/kit';
import { findChangeRequest } from '#domains/library/queries/change-requests.server.ts';
import { as } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { to } from '#ui/locale.ts';
import type { PageServerLoad } from './$types.js';

/** Events and programs know a request by its id; people by its space and number, which is its permanent address. */
export const load: PageServerLoad = async ({ locals, params }) => {
  const found = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(params.id)
    ? await as(locals.actor, (tx) => findChangeRequest(tx, { id: params.id }))
    : undefined;
  if (!found) throw notFound();
  redirect(303, to(`/changes/${found.space_slug}/${found.number}`));
};
