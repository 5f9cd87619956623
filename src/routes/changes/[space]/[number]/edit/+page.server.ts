import { fail, redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import { factsOnPage } from '#domains/controls/facts.server.ts';
import { type Draft, type DraftAnswer, lookedAt, readDraft, refusedDraft, renderDraft, wholeText } from '#domains/library/draft.server.ts';
import { PageChange, RequestWords } from '#domains/library/model.ts';
import { listControlNames } from '#domains/library/queries/change-form.server.ts';
import { findMyRequest } from '#domains/library/queries/my-request.server.ts';
import { upToDate } from '#domains/library/review-page.ts';
import { parseControls } from '#domains/library/text/controls.ts';
import { updateChangeRequest } from '#domains/library/update-change-request.server.ts';
import { findMyByline } from '#domains/people/my-byline.server.ts';
import { changes_edit_title, changes_update_title } from '#paraglide/messages.js';
import { as, type Tx } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';
import { parse } from '#platform/input.ts';
import { to } from '#ui/locale.ts';
import type { Actions, PageServerLoad } from './$types.js';

type Params = { space: string; number: string };

export const load: PageServerLoad = ({ locals, params, url }) =>
  as(locals.actor, async (tx) => {
    const { request, page, place } = await findMyRequest(tx, params, url.searchParams.get('page'));
    const joined = upToDate(page);
    const values: Draft = {
      title: request.title,
      reason: request.reason,
      text: joined.text,
      retires: page.retires,
      retry_key: '',
      base_revision_id: joined.base_revision_id ?? '',
      control: '',
    };
    const controls = await listControlNames(
      tx,
      request.space_id,
      parseControls(page.now_text ?? '').controls.map((control) => control.slug),
    );
    const title = (joined.moved ? changes_update_title : changes_edit_title)({ title: request.title });
    return {
      title,
      room: 'library' as const,
      request,
      page: place.page,
      moved: joined.moved,
      conflicts: joined.conflicts,
      values,
      controls,
      preview: await renderDraft(tx, place, values, await factsOnPage(tx, page.page_id)),
    };
  });

async function look(tx: Tx, params: Params, wanted: string | null, draft: Draft) {
  const { request, page, place } = await findMyRequest(tx, params, wanted);
  return {
    id: request.id,
    page_id: page.page_id,
    ...(await wholeText(tx, page.page_id, draft)),
    preview: await renderDraft(tx, place, draft, await factsOnPage(tx, page.page_id)),
  };
}

export const actions: Actions = {
  async preview({ request, locals, params, url }): Promise<DraftAnswer> {
    const values = readDraft(await request.formData());
    const { text, line, preview } = await as(locals.actor, (tx) => look(tx, params, url.searchParams.get('page'), values));
    return lookedAt(values, text, line, preview);
  },
  async save({ request, locals, params, url }) {
    const values = readDraft(await request.formData());
    const { id, page_id, text, line, preview } = await as(locals.actor, (tx) => look(tx, params, url.searchParams.get('page'), values));
    try {
      await as(locals.actor, async (tx) => {
        const byline_id = await findMyByline(tx);
        if (!byline_id) throw new Refusal('library.change_request.signed_out', { status: 403 });
        const page = parse(v.pick(PageChange, ['page_id', 'base_revision_id', 'text', 'retires']), {
          page_id,
          base_revision_id: values.base_revision_id || null,
          text,
          retires: values.retires,
        });
        await updateChangeRequest(tx, { id, byline_id, ...parse(RequestWords, values), page });
      });
    } catch (error) {
      const { status, answer } = refusedDraft(error, values, text, line, preview);
      return fail(status, answer);
    }
    redirect(303, to(`/changes/${params.space}/${params.number}?changed`));
  },
};
