import { config } from '#platform/config.server.ts';
import { openDatabase } from '#platform/database/session.server.ts';
import { ensureKeys } from '#platform/keys.server.ts';
import type { Command } from './command.ts';
import { runShutdownList } from './life.ts';
import { refusePending } from './web.ts';

export const command: Command = {
  summary: 'Put the starter library and the demo community into the hub; running it again changes nothing.',
  usage: '',
  run: async () => {
    const settings = config();
    ensureKeys(settings.keys);
    const database = await openDatabase(settings);
    try {
      await refusePending(database.urls.owner);
      await (await import('../../seeds/seed.server.ts')).seed();
      console.log('The starter library and the demo community are in place.');
    } finally {
      await runShutdownList();
      await database.close();
    }
  },
};
