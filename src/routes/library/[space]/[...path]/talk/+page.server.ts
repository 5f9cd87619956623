import { error, redirect } from '@sveltejs/kit';
import type { Actions, PageServerLoad, RequestEvent } from './$types.js';
import { library_not_found, library_talk_about } from '#paraglide/messages.js';
import { loadConversation, optionsOf } from '#domains/conversations/load-conversation.server.ts';
import { findCommentAddress } from '#domains/library/comments/queries.server.ts';
import { pageBlocks } from '#domains/library/page-blocks.ts';
import { findPage, findSpace } from '#domains/library/queries.server.ts';
import { as, type Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { to } from '#ui/locale.ts';
import { talkActions } from '../../../../talk.server.ts';

async function find(tx: Tx, params: { space: string; path: string }) {
  const space = await findSpace(tx, params.space);
  const page = space && (await findPage(tx, space.id, params.path));
  return (
    page && {
      space: { slug: space.slug, title: space.title, may_propose: space.mayPropose },
      page: { id: page.id, path: page.path, title: page.title },
      parts: page.revision ? pageBlocks(page.revision.text, page.revision.blocks) : [],
    }
  );
}

export const load: PageServerLoad = async ({ locals, params, url, request }) => {
  if (locals.actor.kind !== 'person') error(404, library_not_found());
  const found = await as(locals.actor, async (tx) => {
    const here = await find(tx, params);
    const comment = here && (await findCommentAddress(tx, url.searchParams.get('thread')));
    if (comment) redirect(303, to(comment));
    return here && { ...here, view: await loadConversation(tx, { kind: 'page', id: here.page.id }, optionsOf(url, request)) };
  });
  if (!found) error(404, library_not_found());
  const part = found.parts.find((each) => each.id === url.searchParams.get('part')) ?? null;
  return { part, title: library_talk_about({ page: found.page.title }), room: 'library' as const, ...found };
};

export const actions: Actions = talkActions<RequestEvent>(async (tx, { params }) => {
  const here = await find(tx, params);
  if (!here) throw notFound();
  return { subject: { kind: 'page', id: here.page.id } };
});
