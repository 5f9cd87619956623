import { common_product } from '#paraglide/messages.js';
import type { LayoutServerLoad } from './$types.js';
import { hubSettings } from '#platform/settings/values.server.ts';
import { offeredLocales } from '#ui/locale.server.ts';
import { viewer, type Viewer } from './viewer.server.ts';

const nobody: Viewer = { me: null, demo: false, unread: 0, waiting: 0 };

export const load: LayoutServerLoad = async ({ locals }) => {
  // Without a database (a preview of the components) the shell still stands.
  const { me, demo, unread, waiting } = process.env['INDABA_WEB_URL'] ? await viewer(locals.actor) : nobody;
  locals.signedIn = me !== null;
  const { hub_name, mark, contact, imprint } = hubSettings();
  const hub = { name: hub_name || common_product(), mark: mark && `/mark/${mark.hash}.png`, imprint: Boolean(contact || imprint) };
  return { me, demo, unread, waiting, hub, locale: locals.locale, path: locals.path, offered: offeredLocales() };
};
