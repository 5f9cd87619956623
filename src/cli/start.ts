import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { upgrade } from '#platform/backup/upgrade.server.ts';
import { config, forgetConfig, type Config } from '#platform/config.server.ts';
import { ensureSignInKey } from '#domains/people/sign-in-key.server.ts';
import { ensureDataFolder, readSecret, writeSecret } from '#platform/data-folder.server.ts';
import { openDatabase } from '#platform/database/session.server.ts';
import { Fault } from '#platform/fault.ts';
import { hubKind } from '#platform/hub-kind.server.ts';
import { ensureKeys } from '#platform/keys.server.ts';
import { lockAlone } from '#platform/lock.server.ts';
import { listen, loadApplication } from '../server.ts';
import type { Command } from './command.ts';
import { type Life, live, runShutdownList } from './life.ts';
import { plant } from './plant.ts';

const ROOT = resolve(import.meta.dirname, '../..');
export type RunNote = {
  pid: number;
  port: number;
  url: string;
  started_at: string;
  database?: { port: number; pid: number; owner: string; web: string; worker: string; stream: string };
};

export const command: Command = {
  summary: 'Run the whole hub: build if needed, database, migrations, seed, jobs, pages.',
  usage: '',
  help: 'Stops in order on SIGINT or SIGTERM. Only one "start" can hold a data folder; the other commands work beside it.',
  run: () => live(begin),
};

async function begin(life: Life): Promise<void> {
  const settings = config();
  ensureDataFolder(settings.data);
  holdFolder(settings, life);
  const kind = hubKind(settings);
  // Said to the application only where its own default would be wrong: a demo by default is opened to less than one set by hand.
  if (kind !== settings.seed) process.env.INDABA_SEED = kind;
  const server = await listen(settings);
  life.onStop('server', () => server.close(4_000));
  const url = addressOf(settings, server.port);
  await ensureBuild(life);
  if (life.ending) return;
  ensureKeys(settings.keys);
  const database = await openDatabase(settings);
  life.onStop('database', () => database.close({ stop: true }));
  if (database.embedded?.adopted) console.log('The database was still running; it goes on being used.');
  await upgrade({ url: database.urls.owner, data: settings.data, keys: settings.keys, seed: kind, passphrase: settings.backupPassphrase, say: console.log });
  await ensureSignInKey(database.urls.owner, { replace: true });
  life.onStop('connections', runShutdownList);
  process.env.INDABA_URL = url;
  forgetConfig();
  await plant(kind);
  if (life.ending) return;
  // Jobs use the compiled words, which are there only after the build.
  const { startWorker } = await import('../worker.ts');
  const worker = await startWorker(database.urls.worker);
  if (worker) life.onStop('jobs', () => worker.stop());
  // Requests end before jobs, jobs before connections, connections before the database.
  const handler = await loadApplication(ROOT);
  life.onStop('requests', () => server.close(4_000));
  const note = join(settings.data, 'run.json');
  const { owner, web, worker: jobs, stream } = database.urls;
  writeSecret(note, {
    pid: process.pid,
    port: server.port,
    url,
    started_at: new Date().toISOString(),
    ...(database.embedded && { database: { port: database.embedded.port, pid: database.embedded.pid, owner, web, worker: jobs, stream } }),
  } satisfies RunNote);
  life.onStop('note', () => rmSync(note, { force: true }));
  if (kind === 'empty') await sayFirstLink();
  server.open(handler);
  console.log(`Indaba is ready at ${url}`);
}

/** An empty hub has nobody who could invite: whoever starts it gets the link that makes the first steward. */
async function sayFirstLink(): Promise<void> {
  const { firstStewardLink } = await import('#domains/people/first-steward.server.ts');
  const link = await firstStewardLink();
  if (link) console.log(`Nobody runs this hub yet. This link makes the first steward, once: ${link}`);
}

function holdFolder({ data }: Config, life: Life): void {
  const lock = lockAlone(join(data, 'start.lock'));
  if (lock) {
    life.onStop('lock', () => lock.release());
    return;
  }
  const note = readSecret<RunNote>(join(data, 'run.json'));
  const who = note ? ` (process ${note.pid}, ${note.url})` : '';
  throw new Fault(`Another Indaba${who} is using the data folder ${data}: stop it first, or give this one its own INDABA_DATA.`);
}

/** PORT=0 takes any free port, so the address is known only now. */
function addressOf(settings: Config, port: number): string {
  return process.env.INDABA_URL ? settings.url : `http://localhost:${port}`;
}

/** In a process of its own, so that the builder's memory goes with it. */
async function ensureBuild(life: Life): Promise<void> {
  const { isBuilt } = await import('../../bin/build.ts');
  if (isBuilt(ROOT)) return;
  console.log('Building the pages, once per version (up to a minute) …');
  const child = spawn(process.execPath, [join(ROOT, 'bin/build.ts')], { cwd: ROOT, stdio: 'inherit' });
  void life.ended.then(() => child.kill('SIGTERM'));
  const code = await new Promise<number>((done) => child.on('close', (status) => done(status ?? 1)));
  if (code !== 0 && !life.ending) throw new Fault('The application could not be built: the lines above say why.');
}
