import { error, redirect } from '@sveltejs/kit';
import { commentUrl } from 'virtual:page-assets';
import type { PageServerLoad } from './$types.js';
import { library_not_found } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { pageAddress } from '#domains/library/page-view.server.ts';
import { groupNumber } from '#domains/library/queries.server.ts';
import { keptUntil, reading } from '#ui/reading.server.ts';
import { readPage } from './read-page.server.ts';

export const load: PageServerLoad = async (event) => {
  reading(event);
  const { space: slug, path } = event.params;
  const found = await as(event.locals.actor, (tx) => readPage(tx, slug, path, event.locals.actor.kind === 'person', event.request));
  const moved = found.moved ?? (found.gone && found.gone.path !== path ? found.gone.path : undefined);
  if (moved) redirect(301, pageAddress(slug, moved));
  if (found.gone) {
    keptUntil(event, `space:${found.space.id}`);
    return { title: found.gone.title, room: 'library' as const, space: found.space, gone: found.gone };
  }
  if (!found.page) error(404, library_not_found());
  const { page, space, text, gone: ___, ...counted } = found;
  keptUntil(event, `space:${space.id}`);
  const { text: _, blocks: __, ...revision } = page.revision ?? { id: '', number: 0, at: new Date(0), by: '', text: '', blocks: [] };
  return {
    title: page.title,
    description: page.description,
    room: 'library' as const,
    ...counted,
    commentScript: event.locals.actor.kind === 'person' ? commentUrl : '',
    space,
    text,
    number: groupNumber(page.groupKey),
    page: { id: page.id, path: page.path, title: page.title, description: page.description, openRequests: page.openRequests },
    revision,
    // Whoever merged a request comes here from it.
    merged: /^\d{1,9}$/.exec(event.url.searchParams.get('merged') ?? '')?.[0] ?? '',
  };
};
