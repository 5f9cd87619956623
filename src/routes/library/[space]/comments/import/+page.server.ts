import { redirect } from '@sveltejs/kit';
import { findSpace } from '#domains/library/queries.server.ts';
import { comments_sheet_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { to } from '#ui/locale.ts';
import { refused } from '#ui/refused.server.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types.js';
import { bytesOf, takeSheet } from './take-sheet.server.ts';

export const load: PageServerLoad = async ({ locals, params, parent }) => {
  if (!(await parent()).me) redirect(303, to(`/signin?next=${encodeURIComponent(to(locals.path))}&members`));
  const space = await as(locals.actor, (tx) => findSpace(tx, params.space));
  if (!space) throw notFound();
  return { title: comments_sheet_title({ space: space.title }), room: 'library' as const, space: { slug: space.slug, title: space.title } };
};

const act =
  (done: boolean) =>
  async ({ locals, params, request }: RequestEvent) => {
    const form = await request.formData();
    try {
      return { looked: await takeSheet(locals.actor, params.space, await bytesOf(form), done) };
    } catch (error) {
      return refused(error);
    }
  };

export const actions: Actions = { look: act(false), take: act(true) };
