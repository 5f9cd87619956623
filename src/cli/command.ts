import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { Fault } from '#platform/fault.ts';

/** One word of `bin/indaba`. `run` resolves when the work is done; it throws a Fault for anything the person can mend. */
export type Command = {
  summary: string;
  /** What stands after the name, e.g. `gitbook <folder> [--publish]`. */
  usage: string;
  /** Further lines of the help. */
  help?: string;
  options?: ParseArgsOptionsConfig;
  positionals?: boolean;
  run(input: { values: Record<string, string | boolean | (string | boolean)[] | undefined>; positionals: string[] }): Promise<void>;
};

/** Reads the words after the command's name; throws a Fault naming the word that does not belong. */
export function readArguments(name: string, command: Command, args: string[]): Parameters<Command['run']>[0] {
  try {
    return parseArgs({ args, options: { ...command.options, help: { type: 'boolean', short: 'h' } }, allowPositionals: command.positionals ?? false });
  } catch (error) {
    const reason = (error as Error).message.split('. ')[0]?.replace(/\.$/, '');
    throw new Fault(`${reason}: see "indaba ${name} --help".`, { exitCode: 2, cause: error });
  }
}

/** The help of one command. */
export function helpOf(name: string, command: Command): string {
  const options = Object.entries(command.options ?? {}).map(([option, shape]) => `  --${option}${shape.type === 'string' ? ' …' : ''}`);
  return [
    `indaba ${name} ${command.usage}`.trim(),
    '',
    command.summary,
    ...(command.help ? ['', command.help] : []),
    ...(options.length ? ['', 'Options:', ...options] : []),
  ].join('\n');
}
