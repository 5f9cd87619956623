import { resolve } from 'node:path';
import { type Command, helpOf, readArguments } from './cli/command.ts';
import { Fault, oneLine } from '#platform/fault.ts';

/** The words that exist. Each is loaded only when it is asked for, so that a warm start stays short. */
const COMMANDS: Record<string, () => Promise<{ command: Command }>> = {
  start: () => import('./cli/start.ts'),
  web: () => import('./cli/web.ts'),
  worker: () => import('./cli/worker.ts'),
  migrate: () => import('./cli/migrate.ts'),
  seed: () => import('./cli/seed.ts'),
  import: () => import('./cli/import.ts'),
  export: () => import('./cli/export.ts'),
  backup: () => import('./cli/backup.ts'),
  restore: () => import('./cli/restore.ts'),
  keys: () => import('./cli/keys.ts'),
  audit: () => import('./cli/audit.ts'),
  steward: () => import('./cli/steward.ts'),
  token: () => import('./cli/token.ts'),
  records: () => import('./cli/records.ts'),
  doctor: () => import('./cli/doctor.ts'),
};

/** Runs one command line and resolves to the exit code; everything that goes wrong is one line on standard error. */
export async function main(args: string[]): Promise<number> {
  // Asked for by what tells its version from wherever it was started.
  process.env.INDABA_ROOT = resolve(import.meta.dirname, '..');
  // `indaba … | head -1` closes the pipe: no fault of anybody's.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  try {
    const [name, ...rest] = args;
    if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
      console.log(await overview());
      return name === undefined ? 2 : 0;
    }
    const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (!load) throw new Fault(`There is no command "${name}": "indaba --help" lists those that exist.`, { exitCode: 2 });
    const { command } = await load();
    const input = readArguments(name, command, rest);
    if (input.values.help) console.log(helpOf(name, command));
    else await command.run(input);
    return 0;
  } catch (error) {
    process.stderr.write(`${oneLine(error)}\n`);
    if (process.env.INDABA_TRACE) console.error(error);
    return error instanceof Fault ? error.exitCode : 1;
  }
}

async function overview(): Promise<string> {
  const lines = await Promise.all(Object.entries(COMMANDS).map(async ([name, load]) => `  ${name.padEnd(10)}${(await load()).command.summary}`));
  return ['indaba <command>', '', ...lines, '', 'Every command takes --help. Settings come from the environment: see docs/operating/install.md.'].join('\n');
}
