import { join, resolve } from 'node:path';
import { bringRepository, isAddress, type Repository } from '#domains/exchange/git/bring-repository.server.ts';
import { readGitbook } from '#domains/exchange/gitbook/read-gitbook.server.ts';
import { ensureSignInKey } from '#domains/people/sign-in-key.server.ts';
import { config } from '#platform/config.server.ts';
import { ensureDataFolder } from '#platform/data-folder.server.ts';
import { openDatabase } from '#platform/database/session.server.ts';
import { Fault } from '#platform/fault.ts';
import { ensureKeys } from '#platform/keys.server.ts';
import { lockAlone } from '#platform/lock.server.ts';
import { runShutdownList } from '../life.ts';
import { refusePending } from '../web.ts';
import { importGitbook, type ImportOptions } from './gitbook.ts';
import { printImport } from './print.ts';
import { writeReport } from './report.ts';
import { say } from './words.ts';

type Options = Omit<ImportOptions, 'from'> & { branch: string | null; report: string | undefined };

/** Brings a GitBook in from a folder, or from the address of a repository; throws a Fault that says why nothing came in. */
export async function importFromGitbook(from: string, options: Options): Promise<void> {
  if (options.branch && !isAddress(from)) throw new Fault('--branch is for the address of a repository; a folder is read as it is.', { exitCode: 2 });
  const repository = isAddress(from) ? await fetchFrom(from, options.branch) : undefined;
  try {
    await bringIn(repository?.folder ?? resolve(from), from, repository, options);
  } finally {
    repository?.remove();
  }
}

async function fetchFrom(address: string, branch: string | null): Promise<Repository> {
  console.error(`Asking ${address} …`);
  const repository = await bringRepository(address, branch);
  if ('refused' in repository) throw new Fault(say(`error_${repository.refused.code.replaceAll('.', '_')}`, { about: repository.refused.about, address }));
  console.log(`Read ${address}, ${repository.branch ?? 'no branch'}, commit ${repository.commit.slice(0, 12)}.`);
  return repository;
}

async function bringIn(folder: string, from: string, repository: Repository | undefined, options: Options): Promise<void> {
  const settings = config();
  ensureDataFolder(settings.data);
  const { licence, sourceUrl } = options;
  const reading = await readGitbook(folder, { ...(licence && { licence }), ...(sourceUrl && { sourceUrl }) });
  if (reading.refused) throw new Fault(reading.refused.message.replace(folder, from));
  if (repository) reading.report.leftOut.push(...repository.leftOut);
  ensureKeys(settings.keys);
  const database = await openDatabase(settings);
  const alone = lockAlone(join(settings.data, 'import.lock'));
  try {
    if (!alone) throw new Fault('Another import is running on this data folder: wait until it has ended.');
    await refusePending(database.urls.owner);
    await ensureSignInKey(database.urls.owner);
    const done = await importGitbook(reading, {
      ...{ publish: options.publish, licence, sourceUrl },
      ...(repository && { from: `${sourceUrl ?? from}, ${repository.commit.slice(0, 12)}` }),
    });
    for (const line of printImport(done)) console.log(line);
    if (options.report) writeReport(options.report, { ...done, ...(repository && { commit: repository.commit, branch: repository.branch }) });
    if (!done.spaces.length) throw new Fault(`Nothing came in from ${from}: the lines above say why.`);
  } finally {
    alone?.release();
    await runShutdownList();
    await database.close();
  }
}
