/** Everything that is held by reading the sources: form, types, floors, dead code. The same list for a laptop and for the server. */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const bin = (name: string) => resolve(root, 'node_modules/.bin', name);
type Step = [what: string, command: string, args: string[]];
const steps: Step[] = [
  ['form and lint', bin('biome'), ['check', '.', '--max-diagnostics=40', '--diagnostic-level=error']],
  ['words and types of the pages', process.execPath, [resolve(root, 'bin/build.ts'), '--words']],
  ['types', bin('svelte-check'), ['--tsconfig', 'tsconfig.json', '--threshold', 'error', '--output', 'human']],
  ['files and libraries nobody uses', bin('knip'), ['--no-progress', '--include', 'files,dependencies,unlisted']],
  ['floors', bin('depcruise'), ['--config', '.dependency-cruiser.cjs', 'src', 'seeds']],
];
let failed = 0;

/** One step; what it says comes in one piece, so that two that run beside each other do not mix. */
async function step([what, command, args]: Step): Promise<void> {
  const started = performance.now();
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  const status = await new Promise<number | null>((done) => child.once('error', () => done(null)).once('close', done));
  console.log(`${said}${status === 0 ? 'ok  ' : 'FAIL'} ${what} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  if (status !== 0) failed++;
}

// Types need the words and pages built; the other steps read sources only, and are done beside them: two cores, two lines of work.
const [form, words, types, ...others] = steps as [Step, Step, Step, ...Step[]];
const inTurn = async (line: Step[]) => {
  for (const each of line) await step(each);
};
await Promise.all([inTurn([words, types]), inTurn([form, ...others])]);
process.exitCode = failed ? 1 : 0;
