import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { makeBackup, noteBackup } from '#platform/backup/make-backup.server.ts';
import { config } from '#platform/config.server.ts';
import { openDatabase } from '#platform/database/session.server.ts';
import { Fault } from '#platform/fault.ts';
import { hubKind } from '#platform/hub-kind.server.ts';
import type { Command } from './command.ts';
import { passphraseOf } from './passphrase.ts';
import { refusePending } from './web.ts';

export const command: Command = {
  summary: 'Write the whole hub, keys and files included, into one sealed file; the hub may go on meanwhile.',
  usage: '<file> [--passphrase-file <file>]',
  help: 'The passphrase stands in INDABA_BACKUP_PASSPHRASE or in a file. Without it nobody reads the backup, you included: keep it elsewhere.',
  options: { 'passphrase-file': { type: 'string' } },
  positionals: true,
  run: async ({ values, positionals }) => {
    const [file, ...more] = positionals;
    if (!file || more.length) throw new Fault('Say where the backup goes: indaba backup <file>.', { exitCode: 2 });
    const passphrase = passphraseOf(values['passphrase-file']);
    const path = resolve(file);
    if (existsSync(path)) throw new Fault(`There is a file ${path} already: name another one.`);
    const settings = config();
    const database = await openDatabase(settings);
    try {
      await refusePending(database.urls.owner);
      const seed = hubKind(settings);
      const counts = await makeBackup({
        url: database.urls.owner,
        passphrase,
        path,
        seed,
        folders: { files: join(settings.data, 'files'), keys: settings.keys },
      });
      const bytes = statSync(path).size;
      await noteBackup(database.urls.owner, 'asked', bytes);
      const megabytes = (bytes / 1_000_000).toFixed(1);
      console.log(
        `${path}: ${counts.tables} tables, ${counts.files} files, ${counts.keys} keys, ${megabytes} MB. Try now and then whether "indaba restore" opens it.`,
      );
    } finally {
      await database.close();
    }
  },
};
