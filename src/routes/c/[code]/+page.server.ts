import { error, redirect } from '@sveltejs/kit';
import { boxed } from '#ui/written.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types.js';
import { library_not_found, library_note_back, library_notes } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { controlName } from '#domains/controls/model.ts';
import { findControl } from '#domains/controls/queries.server.ts';
import { keptUntil } from '#ui/reading.server.ts';
import { findCommentAddress } from '#domains/library/comments/queries.server.ts';
import { innerLink } from '#domains/library/page-view.server.ts';
import { loadConversation, optionsOf } from '#domains/conversations/load-conversation.server.ts';
import { notFound } from '#platform/errors.ts';
import { to } from '#ui/locale.ts';
import { talkActions } from '../../talk.server.ts';
import { renderPage } from '#domains/library/text/render-page.ts';
import { isWatching } from '#domains/library/watching/watch.server.ts';
import { readControl } from './read-control.server.ts';

export const load: PageServerLoad = async (event) => {
  const { locals, params } = event;
  const found = await as(locals.actor, async (tx) => {
    const comment = locals.actor.kind === 'person' && (await findCommentAddress(tx, event.url.searchParams.get('thread')));
    if (comment) redirect(303, to(comment));
    const control = await readControl(tx, params.code);
    // Visitors read; talk is among members, so theirs stays the same bytes for everybody.
    if (!control || locals.actor.kind !== 'person') return control && { ...control, talk: null, watching: false };
    const talk = await loadConversation(tx, { kind: 'control', id: control.control.id }, optionsOf(event.url, event.request));
    return { ...control, talk, watching: await isWatching(tx, 'control', control.control.id) };
  });
  if (!found) error(404, library_not_found());
  const { control } = found;
  // Related controls stand in other spaces.
  keptUntil(event, 'library');
  const { html } = renderPage(control.text, {
    link: (href) => innerLink(href, control.spaceSlug, control.pagePath),
    words: { notes: library_notes(), back: (place) => library_note_back({ place }) },
  });
  return { title: controlName(control), description: control.risk || control.title, room: 'controls' as const, html: boxed(html), ...found };
};

export const actions: Actions = talkActions<RequestEvent>(async (tx, { params }) => {
  const control = await findControl(tx, params.code);
  if (!control) throw notFound();
  return { subject: { kind: 'control', id: control.id } };
});
