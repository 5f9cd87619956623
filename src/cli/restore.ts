import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { keyOfBackup, ownPassphrase } from '#platform/backup/upgrade.server.ts';
import { checkBackup, restoreBackup } from '#platform/backup/restore-backup.server.ts';
import { config } from '#platform/config.server.ts';
import { ensureDataFolder, readSecret } from '#platform/data-folder.server.ts';
import { migrate } from '#platform/database/migrate.server.ts';
import { openDatabase } from '#platform/database/session.server.ts';
import { Fault } from '#platform/fault.ts';
import { hubKind } from '#platform/hub-kind.server.ts';
import { lockAlone } from '#platform/lock.server.ts';
import type { Command } from './command.ts';
import { passphraseOf } from './passphrase.ts';

export const command: Command = {
  summary: 'Put a backup into an empty hub: a new INDABA_DATA, or an empty database behind DATABASE_URL.',
  usage: '<file> [--passphrase-file <file> | --hub-keys <folder>]',
  help: 'All of it comes in, or nothing. Afterwards "indaba start" goes on where the backup was made; everybody signs in anew, and tokens are made anew. A backup that an upgrade made without a passphrase opens with the keys of that hub: --hub-keys <its folder of keys>.',
  options: { 'passphrase-file': { type: 'string' }, 'hub-keys': { type: 'string' } },
  positionals: true,
  run: async ({ values, positionals }) => {
    const [file, ...more] = positionals;
    if (!file || more.length) throw new Fault('Say which backup: indaba restore <file>.', { exitCode: 2 });
    const passphrase = ownKeysOf(file, values['hub-keys']) ?? passphraseOf(values['passphrase-file']);
    const settings = config();
    if (readSecret(join(settings.data, 'hub.json'))) throw new Fault(`The data folder ${settings.data} belongs to a hub already: give INDABA_DATA a new one.`);
    // Read through once before anything is made: one that is cut off or sealed otherwise leaves neither a folder nor a database behind.
    await checkBackup({ path: resolve(file), passphrase });
    const fresh = !existsSync(settings.data) || !readdirSync(settings.data).length;
    ensureDataFolder(settings.data);
    const lock = lockAlone(join(settings.data, 'start.lock'));
    if (!lock) throw new Fault(`A hub is running on the data folder ${settings.data}: give INDABA_DATA a new one.`);
    const database = await openDatabase(settings);
    let whole = false;
    try {
      await migrate({ url: database.urls.owner });
      const restored = await restoreBackup({
        url: database.urls.owner,
        passphrase,
        path: resolve(file),
        folders: { files: join(settings.data, 'files'), keys: settings.keys },
      });
      whole = true;
      hubKind({ data: settings.data, seed: restored.seed === 'demo' ? 'demo' : 'empty', seedChosen: false });
      console.log(`Restored as of ${restored.made_at}: ${restored.tables} tables, ${restored.files} files, ${restored.keys} keys. "indaba start" opens it.`);
    } finally {
      await database.close();
      lock.release();
      // Half a hub is none: a folder that was made for this goes again, or is left as empty as it was.
      if (fresh && !whole) for (const name of readdirSync(settings.data)) rmSync(join(settings.data, name), { recursive: true, force: true });
    }
  },
};

/** What a backup before an upgrade was sealed with, from the keys of the hub that made it; nothing where that was not asked for. */
function ownKeysOf(file: string, folder: unknown): string | undefined {
  if (typeof folder !== 'string') return undefined;
  const version = keyOfBackup(file);
  if (version === undefined)
    throw new Fault('This file was not sealed with the keys of a hub: its name would end in -key-1.backup. Give its passphrase instead.', { exitCode: 2 });
  const passphrase = ownPassphrase(resolve(folder), version);
  if (!passphrase) throw new Fault(`The folder ${folder} does not hold version ${version} of the key "seal".`);
  return passphrase;
}
