import { changeSettings } from '#domains/hub/change-settings.server.ts';
import { SettingsInput } from '#domains/hub/model.ts';
import { findings } from '#domains/hub/health/checks.ts';
import { healthFigures } from '#domains/hub/health/look.server.ts';
import { foundText, todoText } from '#domains/hub/ui/health-words.ts';
import { config } from '#platform/config.server.ts';
import { findSettings, listChanges, listWaiting } from '#domains/hub/queries.server.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { spokenLocales } from '#ui/locale.server.ts';
import { cut, operation } from '../operation.server.ts';

const collection = 'settings';
const all = async (tx: Tx) => {
  const settings = await findSettings(tx);
  if (!settings) throw notFound();
  return { ...settings, mark: settings.mark?.hash ?? null, waits: (await listWaiting(tx)).waits };
};

/** What stewards set. */
export const hub = [
  operation({ method: 'GET', path: '/settings', collection, summary: 'The settings of the hub, for stewards.', run: all }),
  operation({
    method: 'GET',
    path: '/health',
    collection: 'health',
    summary: 'What is looked at and what is wrong, in words with what to do, for stewards.',
    run: async (tx) => {
      const found = findings(await healthFigures(tx), { url: config().url });
      return {
        well: !found.some(({ bad }) => bad),
        checks: found.map((each) => ({ check: each.check, bad: each.bad, found: foundText(each), to_do: todoText(each) })),
      };
    },
  }),
  operation({
    method: 'PATCH',
    path: '/settings',
    collection,
    summary:
      'Set some of them; only a token made within the last quarter of an hour may. What loosens security is proposed in a browser only, once the hub has had two stewards; `waits` names what waits for a second.',
    input: SettingsInput,
    current: all,
    run: async (tx, { input }) => {
      await changeSettings(tx, input, spokenLocales());
      return all(tx);
    },
  }),
  operation({
    method: 'GET',
    path: '/settings/changes',
    collection,
    list: true,
    summary: 'Who set what when, newest first, for stewards.',
    run: async (tx, call) => {
      await all(tx);
      return cut(await listChanges(tx, 500), call, (row) => row.id);
    },
  }),
];
