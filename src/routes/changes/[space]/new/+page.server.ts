import { fail, redirect } from '@sveltejs/kit';
import { lookedAt, refusedDraft } from '#domains/library/draft.server.ts';
import { blankPage, extended, lookAtNewPage } from '#domains/library/look-at-new-page.server.ts';
import { addNewPage, findSpaceToExtend, proposeNewPage } from '#domains/library/propose-page.server.ts';
import { dropPageDraft, goOn } from '#domains/library/page-draft.server.ts';
import { findMyByline } from '#domains/people/my-byline.server.ts';
import { changes_new_page_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { to } from '#ui/locale.ts';
import { visualUrl } from 'virtual:page-assets';
import type { Actions, PageServerLoad } from './$types.js';
import { keptAt, read } from './read-form.server.ts';

export const load: PageServerLoad = async ({ locals, params, url, parent }) => {
  if (!(await parent()).me) redirect(303, to(`/signin?next=${encodeURIComponent(to(locals.path))}&members`));
  const found = await as(locals.actor, async (tx) => {
    const space = await findSpaceToExtend(tx, params.space);
    const into = await extended(tx, params.space, url.searchParams.get('request'));
    const request = into && { number: into.mine.request.number, title: into.mine.request.title };
    const values = { ...blankPage(), ...(into && { title: into.mine.request.title, reason: into.mine.request.reason }) };
    return goOn(
      tx,
      keptAt(space.space.id, into?.mine),
      { ...space, ...(into && { places: into.places }), request, values, preview: '' },
      async (typed) => (await lookAtNewPage(tx, params.space, typed)).preview,
    );
  });
  const beside = url.searchParams.get('after') ?? found.places.at(-1)?.path ?? '';
  const title = changes_new_page_title({ space: found.space.title });
  return { title, room: 'library' as const, ...found, beside, visual: { script: visualUrl, pictures: {} } };
};

export const actions: Actions = {
  async preview(event) {
    const { values, ...place } = await read(event);
    const { text, line, preview } = await as(event.locals.actor, (tx) => lookAtNewPage(tx, event.params.space, values));
    return { ...lookedAt(values, text, line, preview), ...place };
  },
  async propose(event) {
    const { locals, params } = event;
    const { values, ...place } = await read(event);
    const { space, text, line, preview } = await as(locals.actor, (tx) => lookAtNewPage(tx, params.space, values));
    let number: number;
    try {
      ({ number } = await as(locals.actor, async (tx) => {
        const into = await extended(tx, params.space, event.url.searchParams.get('request'));
        await dropPageDraft(tx, keptAt(space.id, into?.mine));
        const byline = await findMyByline(tx);
        if (into) await addNewPage(tx, into.mine, values, text, place, byline);
        return into ? into.mine.request : proposeNewPage(tx, space, values, text, place, byline);
      }));
    } catch (error) {
      const { status, answer } = refusedDraft(error, values, text, line, preview);
      return fail(status, { ...answer, ...place });
    }
    redirect(303, to(event.url.searchParams.has('request') ? `/changes/${params.space}/${number}/pages?changed` : `/changes/${params.space}/${number}?opened`));
  },
};
