import { fail, redirect } from '@sveltejs/kit';
import { lookedAt, readDraft, refusedDraft } from '#domains/library/draft.server.ts';
import { blankPage, lookAtNewPage } from '#domains/library/look-at-new-page.server.ts';
import { findSpaceToExtend, proposeNewPage } from '#domains/library/propose-page.server.ts';
import { dropPageDraft, goOn } from '#domains/library/page-draft.server.ts';
import { findMyByline } from '#domains/people/my-byline.server.ts';
import { changes_new_page_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { to } from '#ui/locale.ts';
import { visualUrl } from 'virtual:page-assets';
import type { Actions, PageServerLoad, RequestEvent } from './$types.js';

export const load: PageServerLoad = async ({ locals, params, url, parent }) => {
  if (!(await parent()).me) redirect(303, to(`/signin?next=${encodeURIComponent(to(locals.path))}&members`));
  const values = blankPage();
  const found = await as(locals.actor, async (tx) => {
    const space = await findSpaceToExtend(tx, params.space);
    const kept = { space_id: space.space.id, place: space.space.id, part: '' };
    return goOn(tx, kept, { ...space, values, preview: '' }, async (typed) => (await lookAtNewPage(tx, params.space, typed)).preview);
  });
  const beside = url.searchParams.get('after') ?? found.places.at(-1)?.path ?? '';
  const title = changes_new_page_title({ space: found.space.title });
  return { title, room: 'library' as const, ...found, beside, visual: { script: visualUrl, pictures: {} } };
};

const read = async ({ request }: RequestEvent) => {
  const form = await request.formData();
  return { values: readDraft(form), beside: String(form.get('beside') ?? ''), how: form.get('how') === 'under' ? ('under' as const) : ('after' as const) };
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
        await dropPageDraft(tx, { place: space.id, part: '' });
        return proposeNewPage(tx, space, values, text, place, await findMyByline(tx));
      }));
    } catch (error) {
      const { status, answer } = refusedDraft(error, values, text, line, preview);
      return fail(status, { ...answer, ...place });
    }
    redirect(303, to(`/changes/${params.space}/${number}?opened`));
  },
};
