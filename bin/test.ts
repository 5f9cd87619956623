/**
 * Runs every test, then those of migrations and rights once more on the oldest PostgreSQL we support; names what failed and what passed only at
 * the second time, and ends with one line, `N passed, N failed, N skipped`. `--long` runs the full-size ones too; other words are passed to vitest (and leave out the second run).
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';

type File = { name: string; status: string; assertionResults: { status: string; fullName: string }[] };
type Report = { testResults: File[] };

const root = resolve(import.meta.dirname, '..');
const words = process.argv.slice(2);
const chosen = words.filter((word) => word !== '--long');
const long: NodeJS.ProcessEnv = words.includes('--long') ? { INDABA_LONG: '1' } : {};
const oldest = '16';
// What touches SQL. The tables of pages and operations are left out: leak.test.ts asks for every one that reads there, and every function they call has a policy test of its own.
const onOldest = [
  'tests/policies',
  'tests/platform/migrate',
  'tests/platform/jobs',
  'tests/faults/migration',
  '--exclude=tests/policies/{pages,routes}.test.ts',
];
const sum = { passed: 0, skipped: 0 };
const failed: string[] = [];
const unsteady: string[] = [];

const run = (args: string[], env: NodeJS.ProcessEnv = {}) =>
  spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...long, ...env } }).status ?? 1;

/** What one run of vitest said, file by file, and whether that is all there is to say. */
function vitest(args: string[], env: NodeJS.ProcessEnv): { files: File[]; whole: boolean } {
  const folder = mkdtempSync(join(tmpdir(), 'indaba-report-'));
  const file = join(folder, 'report.json');
  const status = run([join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...args], env);
  const files = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Report).testResults : [];
  rmSync(folder, { recursive: true, force: true });
  // An error outside any test is a failure although no file is named.
  return { files, whole: status === 0 || files.some(hasFailed) };
}

const hasFailed = (file: File) => file.status !== 'passed' || file.assertionResults.some((each) => each.status === 'failed');

/** One pass; the files that failed are tried once more, alone, and whatever passes only then is named at the end. */
function pass(args: string[], env: NodeJS.ProcessEnv = {}): void {
  const first = vitest(args, env);
  if (!first.whole) failed.push('an error outside any test: see above');
  const again = first.files.filter(hasFailed);
  const second = again.length === 0 || again.length > 5 ? again : vitest([...again.map((file) => file.name), '--maxWorkers=1'], env).files;
  for (const file of [...first.files.filter((each) => !hasFailed(each)), ...second]) {
    for (const { status, fullName } of file.assertionResults) {
      if (status === 'passed') sum.passed += 1;
      else if (status === 'failed') failed.push(`${short(file)} > ${fullName}`);
      else sum.skipped += 1;
    }
    // A file that cannot be loaded names no test.
    if (hasFailed(file) && !file.assertionResults.some((each) => each.status === 'failed')) failed.push(`${short(file)}: could not be run`);
  }
  for (const file of again.filter((each) => second.some((other) => other.name === each.name && !hasFailed(other)))) {
    const names = file.assertionResults.filter((each) => each.status === 'failed').map((each) => each.fullName);
    unsteady.push(`${short(file)} > ${names.join(' · ') || 'could not be run'}`);
  }
  // Whoever did not come back the second time has not passed.
  for (const file of again.filter((each) => !second.some((other) => other.name === each.name))) failed.push(`${short(file)}: no report of the second run`);
}

const short = (file: File) => relative(root, file.name);

// Built once here: tests that start the real thing must not all build it at the same time.
if (run([join(root, 'bin/build.ts')]) !== 0) failed.push('the build');
else {
  pass(chosen);
  if (chosen.length === 0) {
    if (existsSync(join(root, `node_modules/postgres-${oldest}-${process.platform}-${process.arch}`))) pass(onOldest, { INDABA_TEST_POSTGRES: oldest });
    else console.log(`Not run on PostgreSQL ${oldest}: its package is not installed on this platform.`);
  }
}
for (const name of unsteady) console.log(`\nUnsteady, passed only at the second time: ${name}`);
for (const name of failed) console.log(`\nFailed: ${name}`);
console.log(`\n${sum.passed} passed, ${failed.length} failed${sum.skipped ? `, ${sum.skipped} skipped` : ''}`);
process.exitCode = failed.length > 0 || sum.passed === 0 ? 1 : 0;
