import { redirect } from '@sveltejs/kit';
import { readWithdrawal } from '#domains/library/draft.server.ts';
import { findMine, type Mine } from '#domains/library/queries/my-request.server.ts';
import { moveControl, retireControl } from '#domains/library/request-parts.server.ts';
import { settlePlace } from '#domains/library/settle-places.server.ts';
import { updateChangeRequest } from '#domains/library/update-change-request.server.ts';
import { findMyByline } from '#domains/people/my-byline.server.ts';
import { as, type Tx } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';
import { to } from '#ui/locale.ts';
import { refused } from '#ui/refused.server.ts';
import type { RequestEvent } from './$types.js';

type Work = (tx: Tx, mine: Mine, byline_id: string, form: FormData) => Promise<void>;
const said = (form: FormData, name: string) => String(form.get(name) ?? '');

/** Runs one act on one's own open request, and leads back to what it does now. */
const act = (name: string, work: Work) => async (event: RequestEvent) => {
  const form = await event.request.formData();
  const { space, number } = event.params;
  try {
    await as(event.locals.actor, async (tx) => {
      const byline = await findMyByline(tx);
      if (!byline) throw new Refusal('library.change_request.signed_out', { status: 403 });
      await work(tx, await findMine(tx, event.params), byline, form);
    });
  } catch (error) {
    const answer = refused(error, form);
    Object.assign(answer.data, { act: name });
    return answer;
  }
  redirect(303, to(`/changes/${space}/${number}/pages?changed`));
};

/** What the author may do to the pages of a request, from the forms of the page. */
export const partActions = {
  drop: act('drop', (tx, { request: { id } }, byline_id, form) => updateChangeRequest(tx, { id, byline_id, drop: [said(form, 'page')] })),
  settle: act('settle', (tx, mine, byline, form) => settlePlace(tx, mine, byline, { key: said(form, 'key'), choice: said(form, 'choice') })),
  async control(event: RequestEvent) {
    return act('control', async (tx, mine, byline_id, form) => {
      const slug = said(form, 'control');
      const pages =
        said(form, 'what') === 'move'
          ? await moveControl(tx, mine, slug, said(form, 'into'))
          : [await retireControl(tx, mine, slug, readWithdrawal(form, null))];
      await updateChangeRequest(tx, { id: mine.request.id, byline_id, pages });
    })(event);
  },
  async add({ request, params: { space, number } }: RequestEvent) {
    const form = await request.formData();
    const [page, at] = [encodeURIComponent(said(form, 'page')), `/changes/${space}/${number}`];
    redirect(303, to(said(form, 'what') === 'edit' ? `${at}/edit?page=${page}` : `${at}/pages/${page}`));
  },
};
