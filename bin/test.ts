/**
 * Runs every test, then those of migrations and rights once more on the oldest PostgreSQL we support, and ends with one line,
 * `N passed, N failed, N skipped`. `--long` runs the full-size ones too; other words are passed to vitest (and leave out the second run).
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

type Report = { numPassedTests: number; numFailedTests: number; numPendingTests: number; numTodoTests: number };

const root = resolve(import.meta.dirname, '..');
const words = process.argv.slice(2);
const chosen = words.filter((word) => word !== '--long');
const long: NodeJS.ProcessEnv = words.includes('--long') ? { INDABA_LONG: '1' } : {};
const oldest = '16';
const onOldest = ['tests/policies', 'tests/platform/migrate', 'tests/platform/jobs', 'tests/faults/migration'];
const sum = { passed: 0, failed: 0, skipped: 0 };

const run = (args: string[], env: NodeJS.ProcessEnv = {}) =>
  spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...long, ...env } }).status ?? 1;

function vitest(args: string[], env: NodeJS.ProcessEnv = {}): void {
  const folder = mkdtempSync(join(tmpdir(), 'indaba-report-'));
  const file = join(folder, 'report.json');
  const status = run([join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...args], env);
  let failed = 0;
  if (existsSync(file)) {
    const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
    sum.passed += report.numPassedTests;
    sum.skipped += report.numPendingTests + report.numTodoTests;
    failed = report.numFailedTests;
  }
  // A file that cannot be loaded, or an error outside any test, is a failure although no test is counted.
  sum.failed += status !== 0 && failed === 0 ? 1 : failed;
  rmSync(folder, { recursive: true, force: true });
}

// Built once here: tests that start the real thing must not all build it at the same time.
if (run([join(root, 'bin/build.ts')]) !== 0) sum.failed += 1;
else {
  vitest(chosen);
  if (chosen.length === 0) {
    if (existsSync(join(root, `node_modules/postgres-${oldest}-${process.platform}-${process.arch}`))) vitest(onOldest, { INDABA_TEST_POSTGRES: oldest });
    else console.log(`Not run on PostgreSQL ${oldest}: its package is not installed on this platform.`);
  }
}
console.log(`\n${sum.passed} passed, ${sum.failed} failed${sum.skipped ? `, ${sum.skipped} skipped` : ''}`);
process.exitCode = sum.failed > 0 || sum.passed === 0 ? 1 : 0;
