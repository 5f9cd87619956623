import { fail, redirect } from '@sveltejs/kit';
import { factsOnPage } from '#domains/controls/facts.server.ts';
import { type Draft, type DraftAnswer, lookedAt, proposeDraft, readDraft, refusedDraft, renderDraft, wholeText } from '#domains/library/draft.server.ts';
import { cutControl } from '#domains/library/excerpt.ts';
import { findPageToChange, listControlNames } from '#domains/library/queries/change-form.server.ts';
import { parseControls } from '#domains/library/text/controls.ts';
import { findMyByline } from '#domains/people/my-byline.server.ts';
import { changes_propose_title } from '#paraglide/messages.js';
import { as, type Tx } from '#platform/database/open.server.ts';
import { notFound, Refusal } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { to } from '#ui/locale.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, params, url, parent }) => {
  // Before anything is looked up: whether the page exists is not told to whoever has to sign in first.
  if (!(await parent()).me) redirect(303, to(`/signin?next=${encodeURIComponent(to(locals.path))}`));
  return as(locals.actor, async (tx) => {
    const found = await findPageToChange(tx, params);
    if (!found) throw notFound();
    if (!found.space.may_propose) throw new Refusal('library.change_request.may_not_propose', { status: 403 });
    const wanted = url.searchParams.get('control') ?? '';
    const cut = wanted ? cutControl(found.revision.text, wanted) : undefined;
    const values: Draft = {
      title: '',
      reason: '',
      text: cut?.text ?? found.revision.text,
      retires: [],
      retry_key: newId(),
      base_revision_id: found.revision.id,
      control: cut ? wanted : '',
    };
    const controls = await listControlNames(
      tx,
      found.space.id,
      parseControls(found.revision.text).controls.map((each) => each.slug),
    );
    return {
      title: changes_propose_title({ page: found.page.title }),
      room: 'library' as const,
      ...found,
      controls,
      values,
      preview: await renderDraft(tx, found, values, await factsOnPage(tx, found.page.id)),
    };
  });
};

async function look(tx: Tx, params: { space: string; path: string }, draft: Draft) {
  const found = await findPageToChange(tx, params);
  if (!found) throw notFound();
  return { found, ...(await wholeText(tx, found.page.id, draft)), preview: await renderDraft(tx, found, draft, await factsOnPage(tx, found.page.id)) };
}

export const actions: Actions = {
  async preview({ request, locals, params }): Promise<DraftAnswer> {
    const values = readDraft(await request.formData());
    const { text, line, preview } = await as(locals.actor, (tx) => look(tx, params, values));
    return lookedAt(values, text, line, preview);
  },
  async propose({ request, locals, params }) {
    const values = readDraft(await request.formData());
    const { found, text, line, preview } = await as(locals.actor, (tx) => look(tx, params, values));
    let number: number;
    try {
      ({ number } = await as(locals.actor, async (tx) => proposeDraft(tx, found, values, text, await findMyByline(tx))));
    } catch (error) {
      const { status, answer } = refusedDraft(error, values, text, line, preview);
      return fail(status, answer);
    }
    redirect(303, to(`/changes/${params.space}/${number}?opened`));
  },
};
