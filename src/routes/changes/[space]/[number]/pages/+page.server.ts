import { redirect } from '@sveltejs/kit';
import { findWorkbench } from '#domains/library/queries/workbench.server.ts';
import { changes_pages_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { errorText } from '#ui/error-text.server.ts';
import { to } from '#ui/locale.ts';
import type { PageServerLoad } from './$types.js';
import { partActions } from './acts.server.ts';

export const load: PageServerLoad = async ({ locals, params, url, parent }) => {
  if (!(await parent()).me) redirect(303, to(`/signin?next=${encodeURIComponent(to(locals.path))}&members`));
  const found = await as(locals.actor, (tx) => findWorkbench(tx, params));
  const conflicts = found.conflicts.map((each) => ({
    ...each,
    words: errorText(each.code, { pages: each.title, slugs: each.slug ?? '', path: each.path, names: each.slug ?? each.title }),
  }));
  return {
    title: changes_pages_title({ title: found.request.title }),
    room: 'library' as const,
    ...found,
    conflicts,
    changed: url.searchParams.has('changed'),
  };
};

export const actions = partActions;
