import { json, redirect } from '@sveltejs/kit';
import { readDraft } from '#domains/library/draft.server.ts';
import { dropPageDraft, keepPageDraft, readWhere } from '#domains/library/page-draft.server.ts';
import { as } from '#platform/database/open.server.ts';
import { to } from '#ui/locale.ts';
import { requireMe } from '../../entering.server.ts';
import type { RequestHandler } from './$types.js';

/** Keeps what stands in a form that changes a page, while somebody types; with `forget` lets it go and leads back to the form, also without script. */
export const POST: RequestHandler = async (event) => {
  await requireMe(event);
  const form = await event.request.formData();
  const where = readWhere(String(form.get('kept') ?? ''));
  const back = form.get('forget');
  if (back === null) return json({ at: await as(event.locals.actor, (tx) => keepPageDraft(tx, where, readDraft(form))) });
  await as(event.locals.actor, (tx) => dropPageDraft(tx, where));
  redirect(303, to(/^\/(?:library|changes)\/[^\\]*$/.test(String(back)) ? String(back) : '/changes'));
};
