import { fail, redirect } from '@sveltejs/kit';
import { type Draft, lookedAt, readDraft, refusedDraft, renderDraft, wholeText } from '#domains/library/draft.server.ts';
import { findSpaceToExtend, proposeNewPage } from '#domains/library/propose-page.server.ts';
import { findMyByline } from '#domains/people/my-byline.server.ts';
import { changes_new_page_title } from '#paraglide/messages.js';
import { as, type Tx } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';
import { to } from '#ui/locale.ts';
import { visualUrl } from 'virtual:page-assets';
import type { Actions, PageServerLoad, RequestEvent } from './$types.js';

export const load: PageServerLoad = async ({ locals, params, url, parent }) => {
  if (!(await parent()).me) redirect(303, to(`/signin?next=${encodeURIComponent(to(locals.path))}&members`));
  const found = await as(locals.actor, (tx) => findSpaceToExtend(tx, params.space));
  const front = { title: '', description: '', sources: '' };
  const values: Draft = { title: '', reason: '', text: '', front, retires: [], retry_key: newId(), base_revision_id: '', control: '' };
  const beside = url.searchParams.get('after') ?? found.places.at(-1)?.path ?? '';
  return {
    title: changes_new_page_title({ space: found.space.title }),
    room: 'library' as const,
    ...found,
    values,
    beside,
    visual: { script: visualUrl, pictures: {} },
  };
};

const looked = async (tx: Tx, slug: string, values: Draft) => {
  const found = await findSpaceToExtend(tx, slug);
  return {
    ...found,
    ...wholeText('', values),
    preview: await renderDraft(tx, { space: { ...found.space, may_propose: true }, page: { id: '', path: '', title: '' } }, values, new Map()),
  };
};
const read = async ({ request }: RequestEvent) => {
  const form = await request.formData();
  return { values: readDraft(form), beside: String(form.get('beside') ?? ''), how: form.get('how') === 'under' ? ('under' as const) : ('after' as const) };
};

export const actions: Actions = {
  async preview(event) {
    const { values, ...place } = await read(event);
    const { text, line, preview } = await as(event.locals.actor, (tx) => looked(tx, event.params.space, values));
    return { ...lookedAt(values, text, line, preview), ...place };
  },
  async propose(event) {
    const { locals, params } = event;
    const { values, ...place } = await read(event);
    const { space, text, line, preview } = await as(locals.actor, (tx) => looked(tx, params.space, values));
    let number: number;
    try {
      ({ number } = await as(locals.actor, async (tx) => proposeNewPage(tx, space, values, text, place, await findMyByline(tx))));
    } catch (error) {
      const { status, answer } = refusedDraft(error, values, text, line, preview);
      return fail(status, { ...answer, ...place });
    }
    redirect(303, to(`/changes/${params.space}/${number}?opened`));
  },
};
