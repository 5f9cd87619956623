import { fail, redirect } from '@sveltejs/kit';
import { factsOnPage } from '#domains/controls/facts.server.ts';
import { type DraftAnswer, lookedAt, proposeDraft, readDraft, refusedDraft } from '#domains/library/draft.server.ts';
import { dropPageDraft, goOnWith, type Kept } from '#domains/library/page-draft.server.ts';
import { picturesIn } from '#domains/library/assets.server.ts';
import { listAround } from '#domains/library/queries/workbench.server.ts';
import { lookAtDraft, startDraft } from '#domains/library/start-draft.server.ts';
import { findSharedAt } from '#domains/library/together/queries.server.ts';
import { findMyByline } from '#domains/people/my-byline.server.ts';
import { changes_propose_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { to } from '#ui/locale.ts';
import { visualUrl } from 'virtual:page-assets';
import type { Actions, PageServerLoad } from './$types.js';
import { place, retire } from './retire.server.ts';

export const load: PageServerLoad = async ({ locals, params, url, parent }) => {
  // Before anything is looked up, lest it tell that the page exists.
  if (!(await parent()).me) redirect(303, to(`/signin?next=${encodeURIComponent(to(locals.path))}&members`));
  const revision = Number(/^\d{1,6}$/.exec(url.searchParams.get('revision') ?? '')?.[0] ?? 0);
  const draft = await as(locals.actor, async (tx) => {
    const begun = await startDraft(tx, params, { control: url.searchParams.get('control') ?? '', revision }, factsOnPage);
    const started: typeof begun & { kept?: Kept } = revision ? begun : await goOnWith(tx, begun, begun.page.id, begun.values.control, factsOnPage);
    const { id } = begun.space;
    const others = { ...(await listAround(tx, id)), shared: await findSharedAt(tx, begun.page.id, begun.values.control) };
    return { ...started, ...others, visual: { script: visualUrl, pictures: await picturesIn(tx, id, begun.page.path, started.values.text) } };
  });
  return { title: changes_propose_title({ page: draft.page.title }), room: 'library' as const, ...draft };
};

export const actions: Actions = {
  async preview({ request, locals, params }): Promise<DraftAnswer> {
    const values = readDraft(await request.formData());
    const { text, line, preview } = await as(locals.actor, (tx) => lookAtDraft(tx, params, values, factsOnPage));
    return lookedAt(values, text, line, preview);
  },
  async propose({ request, locals, params }) {
    const values = readDraft(await request.formData());
    const { found, text, line, preview } = await as(locals.actor, (tx) => lookAtDraft(tx, params, values, factsOnPage));
    let number: number;
    try {
      ({ number } = await as(locals.actor, async (tx) => {
        await dropPageDraft(tx, { place: found.page.id, part: values.control });
        return proposeDraft(tx, found, values, text, await findMyByline(tx));
      }));
    } catch (error) {
      const { status, answer } = refusedDraft(error, values, text, line, preview);
      return fail(status, answer);
    }
    redirect(303, to(`/changes/${params.space}/${number}?opened`));
  },
  retire,
  place,
};
