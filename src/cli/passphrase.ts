import { readFileSync } from 'node:fs';
import { config } from '#platform/config.server.ts';
import { Fault } from '#platform/fault.ts';

const SHORTEST = 16;

/** The passphrase of a backup, from --passphrase-file or INDABA_BACKUP_PASSPHRASE: never as a word of the command, where others on the machine read it. */
export function passphraseOf(file: unknown): string {
  const given = typeof file === 'string' ? read(file) : config().backupPassphrase;
  if (!given)
    throw new Fault('A backup is sealed: give its passphrase in INDABA_BACKUP_PASSPHRASE, or a file that holds it with --passphrase-file.', { exitCode: 2 });
  if (given.length < SHORTEST)
    throw new Fault(`The passphrase of a backup has ${SHORTEST} characters at least: it protects every secret of the hub.`, { exitCode: 2 });
  return given;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    throw new Fault(`The passphrase file ${file} cannot be read.`, { cause: error });
  }
}
