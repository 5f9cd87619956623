import { redirect } from '@sveltejs/kit';
import { findControlPlace, findPageToChange } from '#domains/library/queries/change-form.server.ts';
import { as, type Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { to } from '#ui/locale.ts';
import type { PageServerLoad } from './$types.js';

async function place(tx: Tx, query: URLSearchParams): Promise<string | undefined> {
  const control = query.get('control') && (await findControlPlace(tx, query.get('control') ?? ''));
  if (control) return `/library/${control.space}/${control.path}/change?control=${control.slug}`;
  const id = /^[0-9a-f-]{36}$/.exec(query.get('page') ?? '')?.[0];
  const found = id ? await findPageToChange(tx, { id }) : undefined;
  return found && `/library/${found.space.slug}/${found.page.path}/change`;
}

/** The way to the form for whoever knows only the short address of a control, or the id of a page. */
export const load: PageServerLoad = async ({ locals, url }) => {
  const found = await as(locals.actor, (tx) => place(tx, url.searchParams));
  if (!found) throw notFound();
  redirect(303, to(found));
};
