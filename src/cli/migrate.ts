import { join } from 'node:path';
import { config } from '#platform/config.server.ts';
import { printableSql } from '#platform/database/administrator.server.ts';
import { upgrade } from '#platform/backup/upgrade.server.ts';
import { readSecret } from '#platform/data-folder.server.ts';
import { openDatabase } from '#platform/database/session.server.ts';
import type { Command } from './command.ts';

export const command: Command = {
  summary: 'Bring the database to this version: roles, job queue, migrations, policies.',
  usage: '[--print-sql] [--without-backup]',
  help: 'Where migrations are pending and the hub holds something, a backup is written to INDABA_DATA/backups first; --without-backup leaves that out. --print-sql changes nothing: it prints what an administrator has to run once when the user of DATABASE_URL may not create roles.',
  options: { 'print-sql': { type: 'boolean' }, 'without-backup': { type: 'boolean' } },
  run: async ({ values }) => {
    const settings = config();
    if (values['print-sql']) {
      console.log(printableSql(settings.databaseUrl));
      return;
    }
    const database = await openDatabase(settings);
    try {
      const { applied, policies } = await upgrade({
        url: database.urls.owner,
        data: settings.data,
        keys: settings.keys,
        seed: readSecret<{ seed: string }>(join(settings.data, 'hub.json'))?.seed ?? settings.seed,
        passphrase: settings.backupPassphrase,
        withoutBackup: values['without-backup'] === true,
        say: console.log,
      });
      console.log(
        applied.length || policies
          ? `The database is up to date: ${applied.length} migration(s) applied${policies ? ', policies renewed' : ''}.`
          : 'The database was up to date already.',
      );
    } finally {
      await database.close();
    }
  },
};
