import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { cleanUp, type Ended, indaba, smallDisk, temporaryFolder } from '../support/process.ts';

// Real processes that each make a database: seconds alone, much longer beside others.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const root = process.getuid?.() === 0;
afterEach(cleanUp);

const mayMount = smallDisk(1) !== undefined;
if (!mayMount) console.log('Skipped: a full and a read-only disk need the right to mount a small one (root with CAP_SYS_ADMIN).');

function expectOneLine({ code, stderr }: Ended, pattern: RegExp): void {
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stderr).toMatch(pattern);
  expect(code).not.toBe(0);
}

test('a second start on one data folder says who has it, and disturbs nothing', async () => {
  const data = temporaryFolder();
  const first = indaba(['start'], { INDABA_DATA: data });
  const address = await first.ready;
  const second = await indaba(['start'], { INDABA_DATA: data }).ended;
  expectOneLine(second, new RegExp(`Another Indaba \\(process ${first.pid}, .*\\) is using the data folder ${data}: stop it first`));
  expect((await fetch(`${address}/readyz`)).status).toBe(200);
  const beside = await indaba(['migrate'], { INDABA_DATA: data }).ended;
  expect(beside).toMatchObject({ code: 0, stdout: 'The database was up to date already.\n' });
  expect((await fetch(`${address}/readyz`)).status).toBe(200);
  for (const name of ['database.json', 'run.json', 'keys/session.json', 'postgres.log']) expect(statSync(join(data, name)).mode & 0o777, name).toBe(0o600);
});

test('an occupied port is named, and no database is left behind', async () => {
  const data = temporaryFolder();
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const port = String((other.address() as { port: number }).port);
  const ended = await indaba(['start'], { INDABA_DATA: data, PORT: port }).ended;
  other.close();
  expectOneLine(ended, new RegExp(`Port ${port} on 127\\.0\\.0\\.1 is taken by another program`));
  expect(existsSync(join(data, 'postgres'))).toBe(false);
});

test('a data folder that is a file, or below one, or where none can be', async () => {
  expectOneLine(await indaba(['start'], { INDABA_DATA: '/proc/indaba/data' }).ended, /^The data folder \/proc\/indaba\/data cannot be/);
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, '');
  expectOneLine(await indaba(['start'], { INDABA_DATA: file }).ended, /which is not a folder: point it to one/);
  expectOneLine(await indaba(['start'], { INDABA_DATA: join(file, 'below') }).ended, /which is not a folder: point it to one/);
});

test.skipIf(root && !mayMount)('a data folder that cannot be written', async () => {
  const folder = (root && smallDisk(1, 'ro')) || temporaryFolder();
  if (!root) chmodSync(folder, 0o500);
  expectOneLine(await indaba(['start'], { INDABA_DATA: folder }).ended, /cannot be written by this user/);
});

test.skipIf(!mayMount)('a full disk: refused before anything is made, and again with a database in it; freed, all is there', async () => {
  expectOneLine(await indaba(['start'], { INDABA_DATA: smallDisk(40) }).ended, /disk that holds .* is full: \d+ MB are free, \d+ MB are needed/);
  const data = smallDisk(260) as string;
  expect(await indaba(['migrate'], { INDABA_DATA: data }).ended).toMatchObject({ code: 0 });
  const filler = join(data, 'filler');
  spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=1M']);
  expectOneLine(await indaba(['start'], { INDABA_DATA: data }).ended, /is full/);
  rmSync(filler);
  const again = indaba(['start'], { INDABA_DATA: data });
  await again.ready;
});

test.skipIf(!root)('root, with the data folder below one that only root may enter', async () => {
  const locked = temporaryFolder();
  chmodSync(locked, 0o700);
  const data = join(locked, 'deeper', 'data');
  mkdirSync(join(locked, 'deeper'), { mode: 0o700 });
  const address = await indaba(['start'], { INDABA_DATA: data }).ready;
  expect((await fetch(`${address}/readyz`)).status).toBe(200);
  const database = statSync(join(data, 'postgres'));
  expect(database.uid).not.toBe(0);
  expect(database.mode & 0o777).toBe(0o700);
});

test('a demo folder never becomes a real one, nor the other way round', async () => {
  const data = temporaryFolder();
  writeFileSync(join(data, 'hub.json'), '{"seed":"demo"}');
  expectOneLine(await indaba(['start'], { INDABA_DATA: data, INDABA_SEED: 'empty' }).ended, /holds a demo, which never becomes a real hub/);
  writeFileSync(join(data, 'hub.json'), '{"seed":"empty"}');
  expectOneLine(await indaba(['start'], { INDABA_DATA: data, INDABA_SEED: 'demo' }).ended, /holds a real hub, which never becomes a demo/);
});

test('bad words on the command line and bad settings: one line, exit 2 or 1', async () => {
  expectOneLine(await indaba(['dance']).ended, /^There is no command "dance": "indaba --help" lists/);
  expectOneLine(await indaba(['start', '--fast']).ended, /Unknown option '--fast'.*see "indaba start --help"/);
  expectOneLine(await indaba(['start'], { PORT: 'many' }).ended, /^PORT is "many"/);
  const helps = ['start', 'web', 'worker', 'migrate', 'seed', 'backup', 'restore', 'doctor'].map((command) => indaba([command, '--help']).ended);
  for (const help of await Promise.all(helps)) expect(help).toMatchObject({ code: 0, stderr: '' });
});
