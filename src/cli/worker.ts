import { config } from '#platform/config.server.ts';
import { openDatabase } from '#platform/database/session.server.ts';
import { ensureKeys } from '#platform/keys.server.ts';
import { startWorker } from '../worker.ts';
import type { Command } from './command.ts';
import { live, runShutdownList } from './life.ts';
import { refusePending } from './web.ts';

export const command: Command = {
  summary: 'Run jobs only, beside a running hub or on a node of its own.',
  usage: '',
  run: () =>
    live(async (life) => {
      const settings = config();
      ensureKeys(settings.keys);
      const database = await openDatabase(settings);
      life.onStop('database', () => database.close());
      await refusePending(database.urls.owner);
      life.onStop('connections', runShutdownList);
      const worker = await startWorker(database.urls.worker);
      if (worker) life.onStop('jobs', () => worker.stop());
      console.log('Indaba runs jobs.');
      // Without a kind of job nothing else would keep the process alive.
      if (!worker) {
        const alive = setInterval(() => {}, 60_000);
        life.onStop('idle', () => clearInterval(alive));
      }
    }),
};
