import { fail, redirect } from '@sveltejs/kit';
import { findPart, type Suggestion, suggestWords } from '#domains/library/suggest-words.server.ts';
import { findMyByline } from '#domains/people/my-byline.server.ts';
import { changes_suggest } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { notFound, Refusal } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { errorText } from '#ui/error-text.server.ts';
import { to } from '#ui/locale.ts';
import type { Actions, PageServerLoad } from './$types.js';

const where = (url: URL, space: string) => ({ space, path: url.searchParams.get('page') ?? '', part: url.searchParams.get('part') ?? '' });

export const load: PageServerLoad = async ({ locals, params, url, parent }) => {
  if (!(await parent()).me) redirect(303, to(`/signin?next=${encodeURIComponent(to(locals.path))}&members`));
  const { space, page, revision, cut } = await as(locals.actor, (tx) => findPart(tx, where(url, params.space)));
  if (!space.may_propose) throw new Refusal('library.change_request.may_not_propose', { status: 403 });
  // A control says more than its words: it has a form of its own.
  if (cut.block.slug) redirect(303, to(`/library/${space.slug}/${page.path}/change?control=${cut.block.slug}`));
  const values: Suggestion = {
    part: where(url, params.space).part,
    base_revision_id: revision.id,
    text: cut.text,
    reason: '',
    editorial: false,
    retry_key: newId(),
  };
  return { title: changes_suggest(), room: 'library' as const, space, page, values };
};

export const actions: Actions = {
  async default({ locals, params, url, request }) {
    const form = await request.formData();
    const text = (name: string) => String(form.get(name) ?? '').replace(/\r\n?/g, '\n');
    const place = { ...where(url, params.space), revision: text('base_revision_id') };
    const values: Suggestion = {
      part: place.part,
      base_revision_id: place.revision,
      text: text('text'),
      reason: text('reason'),
      editorial: form.get('editorial') === '1',
      retry_key: text('retry_key'),
    };
    let number: number;
    try {
      ({ number } = await as(locals.actor, async (tx) => {
        const found = await findPart(tx, place);
        if (found.cut.block.slug) throw notFound();
        return suggestWords(tx, found, values, await findMyByline(tx));
      }));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { errors = [] } = error.details as { errors?: Array<{ path: string; code: string }> };
      const fields = Object.fromEntries(errors.map(({ path, code }) => [path, errorText(code)]));
      return fail(error.status, { values, message: errorText(error.code, error.details), fields });
    }
    redirect(303, to(`/changes/${params.space}/${number}?opened`));
  },
};
