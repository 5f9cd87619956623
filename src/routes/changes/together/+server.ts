import { redirect } from '@sveltejs/kit';
import { readDraft } from '#domains/library/draft.server.ts';
import { readWhere } from '#domains/library/page-draft.server.ts';
import { shareDraft } from '#domains/library/together/share-draft.server.ts';
import { as } from '#platform/database/open.server.ts';
import { to } from '#ui/locale.ts';
import { requireMe } from '../../entering.server.ts';
import type { RequestHandler } from './$types.js';

/** Makes a shared draft out of what stands in a form that changes a page, and leads to it. */
export const POST: RequestHandler = async (event) => {
  await requireMe(event);
  const form = await event.request.formData();
  const where = readWhere(String(form.get('kept') ?? ''));
  const id = await as(event.locals.actor, (tx) => shareDraft(tx, where, readDraft(form)));
  redirect(303, to(`/changes/together/${id}`));
};
