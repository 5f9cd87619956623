/** Rules of the house that are read off its files. */
import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const files = (...patterns: string[]) =>
  globSync(patterns, { cwd: root })
    .filter((file) => !/node_modules|src\/paraglide|db\/types\.ts|db\/schema\.sql|^build|\.svelte-kit/.test(file))
    .sort();
const read = (file: string) => readFileSync(resolve(root, file), 'utf8');
const sources = files('src/**/*.ts', 'src/**/*.svelte', 'bin/*.ts', 'seeds/*.ts', 'db/**/*.sql');

test('no file is longer than 250 lines without a written reason, and none than 400', () => {
  const long = sources.map((file) => ({ file, lines: read(file).split('\n').length - 1, reason: /size: \S/.test(read(file).slice(0, 600)) }));
  expect(long.filter(({ lines, reason }) => lines > 400 || (lines > 250 && !reason))).toEqual([]);
});

test('a route stays under 60 lines, a component under 150', () => {
  const over = sources.filter((file) => {
    const lines = read(file).split('\n').length - 1;
    const reasoned = /size: \S/.test(read(file).slice(0, 600));
    if (reasoned || /\.test\.ts$/.test(file)) return false;
    if (/^src\/routes\/.*\+(server|page\.server|layout\.server|page|layout)\.ts$/.test(file)) return lines > 60;
    return file.endsWith('.svelte') && lines > 150;
  });
  expect(over).toEqual([]);
});

test('the median file of the house is near 40 lines', () => {
  const lengths = sources
    .filter((file) => file.startsWith('src/'))
    .map((file) => read(file).split('\n').length)
    .sort((a, b) => a - b);
  expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThan(70);
});

test('every room has a README of at most 60 lines', () => {
  for (const room of new Set(files('src/domains/*/*').map((file) => file.split('/').slice(0, 3).join('/')))) {
    const lines = read(`${room}/README.md`).split('\n').length;
    expect(lines, room).toBeLessThanOrEqual(61);
  }
});

test('every refusal has words: its code is a key in messages/en', () => {
  const words = Object.assign({}, ...files('messages/en/*.json').map((file) => JSON.parse(read(file)))) as Record<string, unknown>;
  const codes = new Set<string>();
  for (const file of [...sources, ...files('db/policies/*.sql')].filter((file) => !/\.test\.ts$/.test(file))) {
    for (const [, code] of read(file).matchAll(
      /(?:Refusal\(\s*|message = |v\.\w+\([^\n]*?)'((?:common|people|hub|audit|library|conversations|channels|search|controls|exchange|files|api|govern|records)\.[a-z_]+(?:\.[a-z_]+)?)'/g,
    ))
      codes.add(code!);
  }
  const missing = [...codes].map((code) => `error_${code.replaceAll('.', '_')}`).filter((key) => !(key in words));
  expect(missing.sort()).toEqual([]);
});

test('nothing names a machine, a registry or an unfinished intent', () => {
  const everything = files('src/**/*.{ts,svelte,css}', 'bin/*', 'docs/**/*.md', 'seeds/*.ts', 'tests/**/*.ts', 'db/**/*.sql', '*.md', '.ci/run').filter(
    (file) => file !== 'tests/platform/house.test.ts',
  );
  const bad = everything.filter((file) => /\/work\/|\/root\/|registry\.npmjs|\bTODO\b|\bFIXME\b|@ts-ignore|@ts-nocheck|\.only\(/.test(read(file)));
  expect(bad).toEqual([]);
});

test('functions and tables of the database explain themselves', () => {
  const sql = files('db/migrations/*.sql').map(read).join('\n');
  const tables = [...sql.matchAll(/create table ((?:app|sealed|search)\.\w+) \(/g)].map(([, name]) => name!);
  const silent = tables.filter(
    (name) =>
      !sql.includes(`comment on table ${name} is`) &&
      !['app.organization_jurisdictions', 'app.circle_members', 'app.passkeys'].includes(name) &&
      !sql.includes(`partition of ${name}`),
  );
  expect(silent).toEqual([]);
});
