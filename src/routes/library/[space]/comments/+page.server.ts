import { redirect } from '@sveltejs/kit';
import { countComments, listCommenters, listComments, ROWS } from '#domains/library/comments/queries.server.ts';
import { viewComments } from '#domains/library/comments/list-view.server.ts';
import { parseFilters } from '#domains/library/comments/model.ts';
import { findSpace, pageTree } from '#domains/library/queries.server.ts';
import { comments_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { to } from '#ui/locale.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, params, url, parent }) => {
  // Before anything is looked up: whether the space exists is not told to whoever has to sign in first.
  if (!(await parent()).me) redirect(303, to(`/signin?next=${encodeURIComponent(to(locals.path))}&members`));
  const filters = parseFilters(Object.fromEntries(url.searchParams));
  const after = /^[0-9a-f-]{36}$/.exec(url.searchParams.get('after') ?? '')?.[0] ?? null;
  const found = await as(locals.actor, async (tx) => {
    const space = await findSpace(tx, params.space);
    if (!space) throw notFound();
    const comments = await listComments(tx, space.id, { filters, after });
    return {
      space,
      comments: await viewComments(tx, space.slug, comments),
      tally: await countComments(tx, space.id, filters),
      pages: (await pageTree(tx, space.id)).map(({ path, title }) => ({ path, title })),
      commenters: await listCommenters(tx, space.id),
    };
  });
  const query = new URLSearchParams(Object.entries(filters).filter(([, value]) => value));
  const narrowed = query.size > 0;
  const sheet = narrowed ? `?${query}` : '';
  if (found.comments.length === ROWS) query.set('after', found.comments.at(-1)!.id);
  const next = query.has('after') ? `?${query}` : null;
  return { title: comments_title({ space: found.space.title }), room: 'library' as const, filters, narrowed, sheet, next, ...found };
};
