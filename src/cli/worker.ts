import { config } from '#platform/config.server.ts';
import { openDatabase } from '#platform/database/session.server.ts';
import { ensureKeys } from '#platform/keys.server.ts';
import type { Command } from './command.ts';
import { live, runShutdownList } from './life.ts';
import { refusePending, refuseUnbuilt } from './web.ts';

export const command: Command = {
  summary: 'Run jobs only, beside a running hub or on a node of its own.',
  usage: '',
  run: () =>
    live(async (life) => {
      const settings = config();
      await refuseUnbuilt();
      ensureKeys(settings.keys);
      const database = await openDatabase(settings);
      life.onStop('database', () => database.close());
      await refusePending(database.urls.owner);
      life.onStop('connections', runShutdownList);
      const { startWorker } = await import('../worker.ts');
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
