/** The words `backup` and `restore` as an administrator types them, on the embedded database, beside a running hub. */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { cleanUp, indaba, temporaryFolder } from '../support/process.ts';

afterAll(cleanUp);

test('a running hub is backed up, and goes on in another folder; what is wrong is one line', async () => {
  const [data, other, shelf] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
  const file = join(shelf, 'hub.backup');
  const secret = { INDABA_BACKUP_PASSPHRASE: 'sixteen or more of them' };
  const hub = indaba(['start'], { INDABA_DATA: data });
  await hub.ready;
  expect(await indaba(['backup', file], { INDABA_DATA: data }).ended).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^A backup is sealed: give its passphrase/),
  });
  expect(await indaba(['backup', file], { INDABA_DATA: data, INDABA_BACKUP_PASSPHRASE: 'short' }).ended).toMatchObject({ code: 2 });
  expect(existsSync(file)).toBe(false);
  expect(await indaba(['backup', file], { INDABA_DATA: data, ...secret }).ended).toMatchObject({ code: 0, stdout: expect.stringContaining('5 keys') });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(await indaba(['backup', file], { INDABA_DATA: data, ...secret }).ended).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^There is a file .* already/),
  });
  // Never over a hub that lives.
  expect(await indaba(['restore', file], { INDABA_DATA: data, ...secret }).ended).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/belongs to a hub already/),
  });
  expect(await indaba(['restore', file], { INDABA_DATA: other, INDABA_BACKUP_PASSPHRASE: 'sixteen or more, but others' }).ended).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^The backup cannot be opened/),
  });
  // Of one that is cut off nothing is made: no database, no keys; what lies in the folder is left as it is.
  const cut = join(shelf, 'cut.backup');
  writeFileSync(cut, readFileSync(file).subarray(0, -100));
  const [half, none] = [temporaryFolder(), join(temporaryFolder(), 'new')];
  writeFileSync(join(half, 'note.txt'), 'Mine.');
  for (const folder of [half, none])
    expect(await indaba(['restore', cut], { INDABA_DATA: folder, ...secret }).ended).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/cut off|no backup|cannot be opened|changed/),
    });
  expect(readdirSync(half)).toEqual(['note.txt']);
  expect(existsSync(none)).toBe(false);
  expect(await indaba(['restore', file], { INDABA_DATA: other, ...secret }).ended).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('Restored as of'),
  });
  const again = indaba(['start'], { INDABA_DATA: other });
  expect((await fetch(`${await again.ready}/library`)).status).toBe(200);
}, 120_000);
