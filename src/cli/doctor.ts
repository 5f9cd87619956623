import { join, resolve } from 'node:path';
import { isBuilt } from '../../bin/build.ts';
import { config } from '#platform/config.server.ts';
import { connectOnce } from '#platform/database/connect.server.ts';
import { pendingMigrations } from '#platform/database/migrate.server.ts';
import { readSecret } from '#platform/data-folder.server.ts';
import { as } from '#platform/database/open.server.ts';
import { openDatabase } from '#platform/database/session.server.ts';
import { isAlive } from '#platform/embedded/postmaster.server.ts';
import { Fault, oneLine } from '#platform/fault.ts';
import { currentKey, KEY_NAMES } from '#platform/keys.server.ts';
import type { Command } from './command.ts';
import { runShutdownList } from './life.ts';
import type { RunNote } from './start.ts';

const ROOT = resolve(import.meta.dirname, '../..');

export const command: Command = {
  summary: 'Look at settings, folder, keys, database and build, and say what is wrong.',
  usage: '',
  run: async () => {
    let wrong = 0;
    const check = async (name: string, look: () => Promise<string> | string) => {
      try {
        console.log(`ok     ${name}: ${await look()}`);
      } catch (error) {
        wrong += 1;
        console.log(`wrong  ${name}: ${oneLine(error)}`);
      }
    };
    const settings = config();
    await check('settings', () => `${settings.url}, listening on ${settings.host}:${settings.port}, seed ${settings.seed}`);
    await check('server', () => {
      const note = readSecret<RunNote>(join(settings.data, 'run.json'));
      return note && isAlive(note.pid) ? `running at ${note.url}, process ${note.pid}, since ${note.started_at}` : 'not running on this data folder';
    });
    await check('build', () => {
      if (!isBuilt(ROOT)) throw new Fault('build/ does not match the sources; "indaba start" will build it.');
      return 'matches the sources';
    });
    await check('keys', () => {
      for (const name of KEY_NAMES) currentKey(name, settings.keys);
      return settings.keys;
    });
    await check('database', () => lookAtDatabase());
    await check('single sign-on', () => lookAtProviders());
    // The same checks as on the page /health; their words are there once the pages are built.
    if (isBuilt(ROOT)) wrong += await lookAtHealth();
    if (wrong > 0) throw new Fault(`${wrong} of the checks above failed.`);
  },
};

async function lookAtDatabase(): Promise<string> {
  const settings = config();
  const database = await openDatabase(settings);
  try {
    const pending = await pendingMigrations(database.urls.owner);
    if (pending.length > 0) throw new Fault(`${pending.length} migration(s) are missing; "indaba migrate" applies them.`);
    for (const login of ['web', 'worker', 'stream'] as const) await (await connectOnce(database.urls[login], `INDABA_${login.toUpperCase()}_URL`)).end();
    const client = await connectOnce(database.urls.web);
    const { rows } = await client.query(`select has_function_privilege('pg_prepared_statement()', 'execute') as listed`).finally(() => client.end());
    // A weakness, not a fault: where no superuser prepares the database there is no shutting it.
    const listed = rows[0].listed
      ? '; names of prepared statements can be read by every login, "indaba migrate --print-sql" run by a superuser shuts them (docs/operating/threat-model.md)'
      : '';
    return `${settings.databaseUrl ? 'DATABASE_URL' : `embedded, ${settings.data}`}, every login gets in, no migration missing${listed}`;
  } finally {
    await database.close();
  }
}

/** Asks each institution's sign-in service for what it says of itself, as a sign-in would. */
async function lookAtProviders(): Promise<string> {
  const database = await openDatabase(config());
  try {
    if ((await pendingMigrations(database.urls.owner)).length > 0) return 'not looked at before the migrations';
    const { lookAtConnections } = await import('#domains/people/single-sign-on/look.server.ts');
    const { seen, wrong } = await lookAtConnections();
    const allowed = config().outgoingAllow;
    const note = allowed.length ? ` Private services that may be asked (INDABA_OUTGOING_ALLOW): ${allowed.join(', ')}.` : '';
    if (wrong.length) throw new Fault(`${wrong.join('; ')}.${note}`);
    return `${seen} connected.${note}`;
  } finally {
    await runShutdownList();
    await database.close();
  }
}

/** Prints each check and gives back how many are bad. */
async function lookAtHealth(): Promise<number> {
  const settings = config();
  const database = await openDatabase(settings);
  try {
    if ((await pendingMigrations(database.urls.owner)).length > 0) return 0;
    const [{ findings }, { isNote }, { addressSeen, healthFigures, scannerSeen }, { checkName, foundText, todoText }] = await Promise.all([
      import('#domains/hub/health/checks.ts'),
      import('#domains/hub/health/model.ts'),
      import('#domains/hub/health/look.server.ts'),
      import('#domains/hub/ui/health-words.ts'),
    ]);
    const figures = await as({ kind: 'clerk' }, healthFigures);
    // Where nothing runs, nothing can be said of what runs.
    const running = figures.nodes.some(({ seen_seconds }) => seen_seconds < 120);
    const found = findings(figures, await addressSeen(), await scannerSeen()).filter(({ check }) => running || !['jobs', 'nodes'].includes(check));
    for (const each of found)
      console.log(
        `${each.bad ? 'wrong ' : isNote(each) ? 'note  ' : 'ok    '} ${checkName(each.check)}: ${[foundText(each), todoText(each)].filter(Boolean).join(' ')}`,
      );
    return found.filter(({ bad }) => bad).length;
  } finally {
    await runShutdownList();
    await database.close();
  }
}
