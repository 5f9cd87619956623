import { config } from '#platform/config.server.ts';
import { printableSql } from '#platform/database/administrator.server.ts';
import { migrate } from '#platform/database/migrate.server.ts';
import { openDatabase } from '#platform/database/session.server.ts';
import type { Command } from './command.ts';

export const command: Command = {
  summary: 'Bring the database to this version: roles, job queue, migrations, policies.',
  usage: '[--print-sql]',
  help: '--print-sql changes nothing: it prints what an administrator has to run once when the user of DATABASE_URL may not create roles.',
  options: { 'print-sql': { type: 'boolean' } },
  run: async ({ values }) => {
    const settings = config();
    if (values['print-sql']) {
      console.log(printableSql(settings.databaseUrl));
      return;
    }
    const database = await openDatabase(settings);
    try {
      const { applied, policies } = await migrate({ url: database.urls.owner, say: console.log });
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
