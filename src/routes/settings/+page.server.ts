import { findSettings, listChanges, listWaiting } from '#domains/hub/queries.server.ts';
import { storage } from '#domains/hub/try-outside.server.ts';
import { hub_settings_title } from '#paraglide/messages.js';
import { config } from '#platform/config.server.ts';
import { as } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { spokenLocales } from '#ui/locale.server.ts';
import { refused } from '#ui/refused.server.ts';
import { requireMe } from '../entering.server.ts';
import { saveGroup, saveMark } from './change.server.ts';
import { look } from './look.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
  await requireMe(event);
  const [settings, changes, waiting] = await as(
    event.locals.actor,
    async (tx) => [await findSettings(tx), await listChanges(tx), await listWaiting(tx)] as const,
  );
  if (!settings) throw notFound();
  const { smtpUrl, url, scanner } = config();
  return {
    title: hub_settings_title(),
    settings: { ...settings, mark: null },
    mark: settings.mark && `/mark/${settings.mark.hash}.png`,
    changes,
    waiting,
    // Where mail goes out, without the account and its password.
    outside: {
      url,
      server: smtpUrl ? new URL(smtpUrl).host : null,
      noreply: `noreply@${new URL(url).hostname}`,
      storage: { ...storage(), set: Boolean(process.env['INDABA_DATA']) },
      scanner: scanner ? ('path' in scanner ? scanner.path : `${scanner.host}:${scanner.port}`) : null,
    },
    locales: spokenLocales(),
    zones: ['UTC', ...Intl.supportedValuesOf('timeZone')],
  };
};

export const actions: Actions = {
  save: saveGroup,
  mark: saveMark,
  look: async (event) => {
    const me = await requireMe(event);
    const form = await event.request.formData();
    try {
      return await look(event.locals.actor, me, String(form.get('what')));
    } catch (error) {
      return refused(error, form);
    }
  },
};
