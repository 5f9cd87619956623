/** A newer version on a hub that holds something: a backup first, or no upgrade; and the way back when a migration fails. On the embedded database by the real command, and on one of an administrator's. */
import { appendFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { upgrade } from '#platform/backup/upgrade.server.ts';
import { config } from '#platform/config.server.ts';
import { type Community, plantCommunity } from '../support/people.ts';
import { cleanUp, indaba, smallDisk, temporaryFolder } from '../support/process.ts';

const ROOT = resolve(import.meta.dirname, '../..');
let hub: Community | undefined;
afterAll(async () => {
  await hub?.database.drop();
  await cleanUp();
});

/** This version with migrations that are not there yet. */
function next(migrations: Record<string, string>): string {
  const folder = temporaryFolder();
  cpSync(join(ROOT, 'db'), folder, { recursive: true });
  for (const [name, text] of Object.entries(migrations)) writeFileSync(join(folder, 'migrations', name), text);
  return folder;
}
/** To the last byte. */
function fill(disk: string): void {
  try {
    for (;;) appendFileSync(join(disk, 'fill'), Buffer.alloc(4_096));
  } catch {
    // Full.
  }
}
const good = { '9998-next.sql': "create table app.next (n int); comment on table app.next is 'x';" };
const bad = { '9999-bad.sql': 'create table app.worse (n nosuchtype);' };

describe('on a database of an administrator’s', () => {
  const said: string[] = [];
  const run = (migrations: Record<string, string>, more: { passphrase?: string; keys?: string; data?: string; withoutBackup?: boolean } = {}) => {
    said.length = 0;
    const { data, keys } = config();
    return upgrade({
      url: hub!.database.owner,
      data,
      keys,
      seed: 'empty',
      folder: pathToFileURL(`${next(migrations)}/`),
      say: (line) => said.push(line),
      ...more,
    });
  };
  const backups = () => (existsSync(join(config().data, 'backups')) ? readdirSync(join(config().data, 'backups')) : []);
  const there = async (table: string) => (await hub!.behind<{ yes: boolean }>(`select to_regclass('${table}') is not null as yes`))[0]!.yes;

  test('nothing new: no backup', async () => {
    hub = await plantCommunity();
    await run({});
    expect(backups()).toEqual([]);
  });
  test('no backup, no upgrade: a folder that takes nothing, a disk that is full, no keys', async () => {
    const { data, keys } = config();
    writeFileSync(join(data, 'backups'), 'a file');
    await expect(run(good)).rejects.toThrow(/^The upgrade was not begun, because the backup before it failed: .* Nothing was changed/);
    expect(await there('app.next')).toBe(false);
    rmSync(join(data, 'backups'));
    await expect(run(good, { keys: temporaryFolder() })).rejects.toThrow('this node has no keys (INDABA_KEYS)');
    const disk = smallDisk(1);
    if (disk) {
      mkdirSync(join(disk, 'backups'));
      fill(disk);
      await expect(run(good, { data: disk, keys })).rejects.toThrow(/backup before it failed: The disk that holds/);
      expect(readdirSync(join(disk, 'backups'))).toEqual([]);
    }
    expect(await there('app.next')).toBe(false);
  });
  test('a backup, then the migrations; it is noted, sealed, and readable by its owner only', async () => {
    expect((await run(good)).applied).toEqual(['9998-next.sql']);
    expect(await there('app.next')).toBe(true);
    const [name, ...more] = backups();
    expect(more).toEqual([]);
    expect(name).toMatch(/^before-9998-\d{14}-key-1\.backup$/);
    expect(said.join(' ')).toContain('sealed with the key of this hub');
    expect(readFileSync(join(config().data, 'backups', name!)).includes('lucia@example.test')).toBe(false);
    expect(await hub!.behind('select why from app.backups where bytes > 0')).toEqual([{ why: 'before_upgrade' }]);
    // The record of the migration goes, so that the others can try it again.
    const forget = () => hub!.behind("delete from indaba_meta.migrations where name = '9998-next.sql'; drop table app.next");
    for (let n = 0; n < 4; n++) {
      await forget();
      await run(good, { passphrase: 'a passphrase of sixteen' });
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
    expect(backups().length).toBe(3);
    expect(said.join(' ')).toContain('INDABA_BACKUP_PASSPHRASE');
    await forget();
    await run(good, { withoutBackup: true });
    expect(said.join(' ')).not.toContain('backup');
  }, 60_000);
  test('a migration that fails says how to go back, before and after others were applied', async () => {
    await expect(run({ ...good, ...bad })).rejects.toThrow(
      /9999-bad\.sql.* failed and nothing of it was kept.*No migration was applied: start the earlier version again/,
    );
    await hub!.behind("delete from indaba_meta.migrations where name = '9998-next.sql'; drop table app.next");
    await expect(run({ ...good, ...bad })).rejects.toThrow(/1 migration\(s\) before it were applied.*restore \S+\.backup with the earlier version/);
  });
});

test('the command itself on the embedded database: backup, upgrade, failure, and back again with the keys of the hub', async () => {
  const root = join(temporaryFolder(), 'next');
  mkdirSync(root);
  for (const name of [
    'bin',
    'db',
    'src',
    'messages',
    'static',
    'seeds',
    'build',
    'project.inlang',
    'package.json',
    'package-lock.json',
    'vite.config.ts',
    'tsconfig.json',
  ])
    cpSync(join(ROOT, name), join(root, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  const [data, other] = [temporaryFolder(), temporaryFolder()];
  const first = indaba(['start'], { INDABA_DATA: data });
  await first.ready;
  first.child.kill('SIGTERM');
  await first.ended;
  writeFileSync(join(root, 'db/migrations/9998-next.sql'), good['9998-next.sql']);
  writeFileSync(join(root, 'db/migrations/9999-bad.sql'), bad['9999-bad.sql']);
  const failed = await indaba(['start'], { INDABA_DATA: data }, root).ended;
  expect(failed).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('First a backup:'),
    stderr: expect.stringMatching(/9999-bad\.sql.*1 migration\(s\) before it were applied.*restore/s),
  });
  const [name] = readdirSync(join(data, 'backups'));
  const file = join(data, 'backups', name!);
  // The earlier version does not open what the newer one began, and says so.
  expect(await indaba(['start'], { INDABA_DATA: data }).ended).toMatchObject({ code: 1, stderr: expect.stringContaining('start the newer version again') });
  expect(await indaba(['restore', file], { INDABA_DATA: other }).ended).toMatchObject({ code: 2 });
  expect(await indaba(['restore', file, '--hub-keys', join(data, 'keys')], { INDABA_DATA: other }).ended).toMatchObject({
    stderr: '',
    code: 0,
    stdout: expect.stringContaining('Restored as of'),
  });
  const again = indaba(['start'], { INDABA_DATA: other });
  expect((await fetch(`${await again.ready}/library`)).status).toBe(200);
  again.child.kill('SIGTERM');
  await again.ended;
  // Mended, the newer version goes on where it stopped.
  writeFileSync(join(root, 'db/migrations/9999-bad.sql'), 'select 1;');
  const mended = indaba(['start'], { INDABA_DATA: data }, root);
  await mended.ready;
  mended.child.kill('SIGTERM');
  expect((await mended.ended).code).toBe(0);
  expect(readdirSync(join(data, 'backups')).length).toBe(2);
}, 180_000);
