import { fail, redirect } from '@sveltejs/kit';
import { factsOnPage } from '#domains/controls/facts.server.ts';
import { type DraftAnswer, lookedAt, readDraft, refusedDraft } from '#domains/library/draft.server.ts';
import { dropPageDraft, goOnWith } from '#domains/library/page-draft.server.ts';
import { picturesIn } from '#domains/library/assets.server.ts';
import { listSuccessors } from '#domains/library/queries/change-form.server.ts';
import { findSharedAt } from '#domains/library/together/queries.server.ts';
import { lookAtMine, resumeDraft, saveDraft } from '#domains/library/resume-draft.server.ts';
import { findMyByline } from '#domains/people/my-byline.server.ts';
import { changes_edit_title, changes_update_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { to } from '#ui/locale.ts';
import { visualUrl } from 'virtual:page-assets';
import type { Actions, PageServerLoad, RequestEvent } from './$types.js';

const place = ({ params, url }: Pick<RequestEvent, 'params' | 'url'>) => ({ ...params, page: url.searchParams.get('page') });

export const load: PageServerLoad = async (event) => {
  const draft = await as(event.locals.actor, async (tx) => {
    const begun = await resumeDraft(tx, place(event), factsOnPage);
    const space = { id: begun.request.space_id, slug: begun.request.space_slug, title: begun.request.space, may_propose: true };
    const mine = await goOnWith(tx, { ...begun, space }, begun.request.id, begun.page.id, factsOnPage);
    return {
      ...mine,
      successors: await listSuccessors(tx, space.id),
      shared: await findSharedAt(tx, begun.request.id, begun.page.id),
      visual: { script: visualUrl, pictures: await picturesIn(tx, mine.request.space_id, mine.page.path, mine.values.text) },
    };
  });
  return { title: (draft.moved ? changes_update_title : changes_edit_title)({ title: draft.request.title }), room: 'library' as const, ...draft };
};

export const actions: Actions = {
  async preview(event): Promise<DraftAnswer> {
    const values = readDraft(await event.request.formData());
    const { text, line, preview } = await as(event.locals.actor, (tx) => lookAtMine(tx, place(event), values, factsOnPage));
    return lookedAt(values, text, line, preview);
  },
  async save(event) {
    const { locals, params } = event;
    const values = readDraft(await event.request.formData());
    const { text, line, preview, ...mine } = await as(locals.actor, (tx) => lookAtMine(tx, place(event), values, factsOnPage));
    try {
      await as(locals.actor, async (tx) => {
        await dropPageDraft(tx, { place: mine.id, part: mine.page.page_id });
        await saveDraft(tx, mine, values, text, await findMyByline(tx));
      });
    } catch (error) {
      const { status, answer } = refusedDraft(error, values, text, line, preview);
      return fail(status, answer);
    }
    redirect(303, to(`/changes/${params.space}/${params.number}?changed`));
  },
};
