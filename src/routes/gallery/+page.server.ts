import { gallery_text, gallery_title } from '#paraglide/messages.js';
import { notFound } from '#platform/errors.ts';
import type { PageServerLoad } from './$types.js';

/** For those who build and for demonstrations; a real hub has no such page. */
export const load: PageServerLoad = async ({ parent }) => {
  const { demo } = await parent();
  if (!demo && process.env['INDABA_WEB_URL']) throw notFound();
  return { title: gallery_title(), description: gallery_text() };
};
