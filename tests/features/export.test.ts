/** `indaba export`: what is published goes out as files that open anywhere, and nothing else does. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { csv } from '#domains/exchange/open-files/csv.ts';
import { config } from '#platform/config.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { type Community, plantCommunity } from '../support/people.ts';
import { cleanUp, indaba, temporaryFolder } from '../support/process.ts';
import { controlText, makeSpace, pageText } from '../support/space.ts';

let hub: Community;
const place = temporaryFolder();
beforeAll(async () => {
  hub = await plantCommunity();
  await makeSpace('framework', 1, {
    overview: pageText('Overview', 'What everybody reads.'),
    'threats/sim-swap': pageText('SIM swap', controlText('check-identity', 'Check identity', '=1+1 is no formula, "quoted".', 'figi-2021:C52')),
  });
  await makeSpace('members-only', 2, { inside: pageText('Inside', 'What members read.', controlText('for-members', 'For members', 'Members know.')) });
});
afterAll(async () => {
  await closePools();
  await hub.database.drop();
  await cleanUp();
});
const run = (...args: string[]) =>
  indaba(['export', ...args], {
    INDABA_DATA: config().data,
    INDABA_KEYS: config().keys,
    DATABASE_URL: hub.database.owner,
    INDABA_WEB_URL: hub.database.web,
    INDABA_WORKER_URL: hub.database.worker,
    INDABA_STREAM_URL: hub.database.stream,
  }).ended;
const files = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name));
const all = (folder: string) =>
  files(folder)
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');

test('everything that is published, as Markdown, JSON and CSV, each file with its hash; no person, no message', async () => {
  const folder = join(place, 'all');
  const answer = await run(folder);
  expect(answer, answer.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining('3 pages of 2 spaces, 2 controls') });
  expect(readFileSync(join(folder, 'library/framework/threats/sim-swap.md'), 'utf8')).toContain(':::control[Check identity]{#check-identity');
  expect(JSON.parse(readFileSync(join(folder, 'library/framework/space.json'), 'utf8'))).toMatchObject({
    title: 'framework',
    public: true,
    pages: [{ path: 'overview' }, { path: 'threats/sim-swap' }],
  });
  expect(Object.keys(JSON.parse(readFileSync(join(folder, 'library/framework/.indaba/blocks.json'), 'utf8')))).toHaveLength(2);
  expect(JSON.parse(readFileSync(join(folder, 'controls.json'), 'utf8'))).toMatchObject([
    { slug: 'check-identity', aliases: ['figi-2021:C52'], entity: ['mno'] },
    { slug: 'for-members' },
  ]);
  expect(readFileSync(join(folder, 'controls.csv'), 'utf8')).toContain(`"'=1+1 is no formula, ""quoted""."`);
  expect(readFileSync(join(folder, 'organizations.csv'), 'utf8')).toContain('sika,Sika Pay,provider,true');
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as { files: Record<string, string> };
  expect(Object.keys(manifest.files).length).toBe(files(folder).length - 1);
  for (const [name, hash] of Object.entries(manifest.files))
    expect(
      createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest('hex'),
      name,
    ).toBe(hash);
  for (const person of ['Amina', 'Lucia', 'amina@example.test']) expect(all(folder)).not.toContain(person);
  expect(statSync(join(folder, 'controls.json')).mode & 0o077).toBe(0);
});

test('--public: nothing that a visitor cannot read, and no organizations', async () => {
  const folder = join(place, 'public');
  expect(await run(folder, '--public')).toMatchObject({ code: 0 });
  expect(existsSync(join(folder, 'library/framework/overview.md'))).toBe(true);
  expect(readdirSync(join(folder, 'library'))).toEqual(['framework']);
  expect(all(folder)).not.toMatch(/Members know|What members read|Sika/);
});

test('a folder with something in it is left alone; bad words are one clear line', async () => {
  writeFileSync(join(place, 'mine'), 'x');
  expect(await run(place)).toMatchObject({ code: 1, stderr: expect.stringContaining('holds something already') });
  expect(await run()).toMatchObject({ code: 2, stderr: expect.stringContaining('Name one new folder') });
});

test('cells: quotes, lines, lists and what looks like a formula', () => {
  expect(csv([])).toBe('');
  expect(csv([{ a: 'x,y', b: ['one', 'two'], c: null, d: '@cmd', e: 'two\nlines', f: { g: 1 } }])).toBe(
    `a,b,c,d,e,f\r\n"x,y",one two,,'@cmd,"two\nlines","{""g"":1}"\r\n`,
  );
});
