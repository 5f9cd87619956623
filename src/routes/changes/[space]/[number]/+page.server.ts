import { factsOnPage } from '#domains/controls/facts.server.ts';
import { loadConversation, optionsOf } from '#domains/conversations/load-conversation.server.ts';
import { tallyFor } from '#domains/library/comments/queries.server.ts';
import { listCountries } from '#domains/library/countries/queries.server.ts';
import { findHere, review } from '#domains/library/queries/review.server.ts';
import { changes_page_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { errorText } from '#ui/error-text.server.ts';
import { newId } from '#platform/ids.ts';
import { commentUrl } from 'virtual:page-assets';
import type { Actions, PageServerLoad, RequestEvent } from './$types.js';
import { talkActions } from '../../../talk.server.ts';
import { decidingActions } from './deciding.server.ts';
import { decisions } from './decisions.server.ts';

export const load: PageServerLoad = async ({ locals, params, url, request: asked }) => {
  const asPage = url.searchParams.get('as') === 'page';
  const found = await as(locals.actor, async (tx) => {
    const request = await findHere(tx, params);
    const view = await loadConversation(tx, { kind: 'change_request', id: request.id }, { ...optionsOf(url, asked), single: true });
    const comments = await tallyFor(tx, locals.actor.kind === 'person', request.space_id, { request: String(request.number) });
    const countries = locals.actor.kind === 'person' ? await listCountries(tx, request.id) : [];
    return { request, view, comments, countries, ...(await review(tx, request, url.searchParams.get('page'), asPage ? factsOnPage : undefined)) };
  });
  const places = found.places.map((each) => ({
    ...each,
    words: errorText(each.code, { pages: each.title, slugs: each.slug ?? '', path: each.path, names: each.slug ?? each.title }),
  }));
  const notice = ['opened', 'changed', 'merged'].find((each) => url.searchParams.has(each)) ?? '';
  return {
    title: changes_page_title(found.request),
    room: 'library' as const,
    ...found,
    places,
    asPage,
    notice,
    commentScript: locals.actor.kind === 'person' ? commentUrl : '',
    retryKey: newId(),
  };
};

export const actions: Actions = {
  ...talkActions<RequestEvent>(async (tx, { params }) => {
    const { id, title } = await findHere(tx, params);
    return { subject: { kind: 'change_request', id }, title };
  }),
  ...decidingActions,
  ...decisions,
};
