import { resolve } from 'node:path';
import { ensureSignInKey } from '#domains/people/sign-in-key.server.ts';
import { config } from '#platform/config.server.ts';
import { pendingMigrations } from '#platform/database/migrate.server.ts';
import { openDatabase } from '#platform/database/session.server.ts';
import { Fault } from '#platform/fault.ts';
import { ensureKeys } from '#platform/keys.server.ts';
import { listen, loadApplication } from '../server.ts';
import type { Command } from './command.ts';
import { live, runShutdownList } from './life.ts';

const ROOT = resolve(import.meta.dirname, '../..');

export const command: Command = {
  summary: 'Serve pages and the API only, beside a running hub or on a node of its own.',
  usage: '',
  help: 'Changes nothing in the database: run "indaba migrate" first. Needs what "npm run build" made.',
  run: () =>
    live(async (life) => {
      const settings = config();
      await refuseUnbuilt();
      const server = await listen(settings);
      life.onStop('server', () => server.close(0));
      ensureKeys(settings.keys);
      const database = await openDatabase(settings);
      life.onStop('database', () => database.close());
      await refusePending(database.urls.owner);
      await ensureSignInKey(database.urls.owner);
      life.onStop('connections', runShutdownList);
      server.open(await loadApplication(ROOT));
      life.onStop('requests', () => server.close(4_000));
      console.log(`Indaba is ready at ${process.env.INDABA_URL ? settings.url : `http://localhost:${server.port}`}`);
    }),
};

/** Refuses to serve a database that is behind this version. */
export async function refusePending(ownerUrl: string): Promise<void> {
  const pending = await pendingMigrations(ownerUrl);
  if (pending.length > 0) throw new Fault(`The database lacks ${pending.length} migration(s), the first is ${pending[0]}: run "indaba migrate" first.`);
}

/** Refuses to run pages or jobs without the application and the compiled words. */
export async function refuseUnbuilt(): Promise<void> {
  const { isBuilt } = await import('../../bin/build.ts');
  if (!isBuilt(ROOT)) throw new Fault('The application is not built from these sources: run "npm run build" first.');
}
