/** Runs every test and ends with one line, `N passed, N failed, N skipped`. `--long` runs the full-size ones too; other words are passed to vitest. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

type Report = { numPassedTests: number; numFailedTests: number; numPendingTests: number; numTodoTests: number; success: boolean };

const root = resolve(import.meta.dirname, '..');
const words = process.argv.slice(2);
const long = words.includes('--long');
const folder = mkdtempSync(join(tmpdir(), 'indaba-report-'));
const file = join(folder, 'report.json');
const run = (args: string[]) =>
  spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...(long ? { INDABA_LONG: '1' } : {}) } }).status ?? 1;

let passed = 0;
let failed = 0;
let skipped = 0;
// Built once here: tests that start the real thing must not all build it at the same time.
if (run([join(root, 'bin/build.ts')]) !== 0) failed = 1;
else {
  const status = run([
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
    ...words.filter((word) => word !== '--long'),
  ]);
  if (existsSync(file)) {
    const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
    passed = report.numPassedTests;
    failed = report.numFailedTests;
    skipped = report.numPendingTests + report.numTodoTests;
  }
  // A file that cannot be loaded, or an error outside any test, is a failure although no test is counted.
  if (status !== 0 && failed === 0) failed = 1;
}
rmSync(folder, { recursive: true, force: true });
console.log(`\n${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
