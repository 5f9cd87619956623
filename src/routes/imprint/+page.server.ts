import { hub_imprint_title } from '#paraglide/messages.js';
import { hubSettings } from '#platform/settings/values.server.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = () => {
  const { contact, imprint } = hubSettings();
  return { title: hub_imprint_title(), contact, imprint };
};
