/** The development server: embedded database, migrations, seed, then Vite with live reload. Uses the same data folder as `start`. */
import { resolve } from 'node:path';
import { createServer } from 'vite';
import { ensureMessages } from './messages.ts';
import { ensureSignInKey } from '../src/domains/people/sign-in-key.server.ts';
import { live, runShutdownList } from '../src/cli/life.ts';
import { plant } from '../src/cli/plant.ts';
import { config } from '../src/platform/config.server.ts';
import { migrate } from '../src/platform/database/migrate.server.ts';
import { openDatabase } from '../src/platform/database/session.server.ts';
import { oneLine } from '../src/platform/fault.ts';
import { hubKind } from '../src/platform/hub-kind.server.ts';
import { ensureKeys } from '../src/platform/keys.server.ts';

const ROOT = resolve(import.meta.dirname, '..');

try {
  await live(async (life) => {
    const settings = config();
    ensureMessages(ROOT);
    ensureKeys(settings.keys);
    const database = await openDatabase(settings);
    life.onStop('database', () => database.close());
    await migrate({ url: database.urls.owner, say: console.log });
    await ensureSignInKey(database.urls.owner, { replace: true });
    life.onStop('connections', runShutdownList);
    process.env.INDABA_URL = settings.url;
    await plant(hubKind(settings));
    const { startWorker } = await import('../src/worker.ts');
    const worker = await startWorker(database.urls.worker);
    if (worker) life.onStop('jobs', () => worker.stop());
    const vite = await createServer({ root: ROOT, server: { host: settings.host, port: settings.port, strictPort: true } });
    await vite.listen();
    life.onStop('pages', () => vite.close());
    console.log(`Developing at ${settings.url}`);
  });
  process.exit(0);
} catch (error) {
  process.stderr.write(`${oneLine(error)}\n`);
  process.exit(1);
}
