/** Everything that is held by reading the sources: form, types, floors, dead code. The same list for a laptop and for the server. */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const bin = (name: string) => resolve(root, 'node_modules/.bin', name);
const steps: Array<[what: string, command: string, args: string[]]> = [
  ['form and lint', bin('biome'), ['check', '.', '--max-diagnostics=40', '--diagnostic-level=error']],
  ['words and types of the pages', process.execPath, [resolve(root, 'bin/build.ts'), '--words']],
  ['types', bin('svelte-check'), ['--tsconfig', 'tsconfig.json', '--threshold', 'error', '--output', 'human']],
  ['files and libraries nobody uses', bin('knip'), ['--no-progress', '--include', 'files,dependencies,unlisted']],
  ['floors', bin('depcruise'), ['--config', '.dependency-cruiser.cjs', 'src', 'seeds']],
];
let failed = 0;
for (const [what, command, args] of steps) {
  const started = performance.now();
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  console.log(`${status === 0 ? 'ok  ' : 'FAIL'} ${what} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  if (status !== 0) failed++;
}
process.exitCode = failed ? 1 : 0;
