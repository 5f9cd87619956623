import { json, redirect } from '@sveltejs/kit';
import { type DraftPicture, drawPicture, keepDraftPicture, withPicture } from '#domains/library/draft-picture.server.ts';
import { readDraft } from '#domains/library/draft.server.ts';
import { keepPageDraft, readWhere } from '#domains/library/page-draft.server.ts';
import { type Actor, as } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';
import { to } from '#ui/locale.ts';
import { refusedPage } from '#ui/refused-page.server.ts';
import { requireMe } from '../../entering.server.ts';
import type { RequestHandler } from './$types.js';

async function take(actor: Actor, spaceId: string, file: FormDataEntryValue | null): Promise<DraftPicture> {
  if (!(file instanceof File) || !file.size) throw new Refusal('files.file.empty');
  const picture = await drawPicture(file.name, new Uint8Array(await file.arrayBuffer()));
  return as(actor, (tx) => keepDraftPicture(tx, spaceId, picture));
}

/** Takes a picture into a text that is being written. With `back` it is put at the end of the text, which is kept, and leads back to the form: so it works without script. */
export const POST: RequestHandler = async (event) => {
  await requireMe(event);
  const { actor, locale } = event.locals;
  const form = await event.request.formData();
  const where = readWhere(String(form.get('kept') ?? ''));
  const back = form.get('back');
  if (back === null) return json(await take(actor, where.space_id, form.get('picture')));
  const draft = readDraft(form);
  // Whatever comes of the picture, the words are not lost.
  await as(actor, (tx) => keepPageDraft(tx, where, draft));
  try {
    const made = await take(actor, where.space_id, form.get('picture'));
    await as(actor, (tx) => keepPageDraft(tx, where, { ...draft, text: withPicture(draft.text, made) }));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return refusedPage({ status: error.status, code: error.code, details: error.details ?? {}, headers: {}, locale, address: event.url.pathname, form });
  }
  redirect(303, to(/^\/(?:library|changes)\/[^\\]*$/.test(String(back)) ? String(back) : '/changes'));
};
