import { ensureSignInKey } from '#domains/people/sign-in-key.server.ts';
import { config } from '#platform/config.server.ts';
import { openDatabase } from '#platform/database/session.server.ts';
import { ensureDataFolder } from '#platform/data-folder.server.ts';
import { hubKind } from '#platform/hub-kind.server.ts';
import { ensureKeys } from '#platform/keys.server.ts';
import type { Command } from './command.ts';
import { runShutdownList } from './life.ts';
import { plant } from './plant.ts';
import { refusePending } from './web.ts';

export const command: Command = {
  summary: 'Put the starter library, and in a demo the invented community, into the hub; running it again changes nothing.',
  usage: '',
  run: async () => {
    const settings = config();
    ensureDataFolder(settings.data);
    const kind = hubKind(settings);
    ensureKeys(settings.keys);
    const database = await openDatabase(settings);
    try {
      await refusePending(database.urls.owner);
      await ensureSignInKey(database.urls.owner);
      const done = await plant(kind);
      console.log(
        !done
          ? 'The hub was seeded already; nothing was changed.'
          : kind === 'demo'
            ? 'The starter library and the demo community are in place.'
            : 'The starter library is in place.',
      );
    } finally {
      await runShutdownList();
      await database.close();
    }
  },
};
