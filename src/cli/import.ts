import { join, resolve } from 'node:path';
import { ensureSignInKey } from '#domains/people/sign-in-key.server.ts';
import { config } from '#platform/config.server.ts';
import { openDatabase } from '#platform/database/session.server.ts';
import { ensureDataFolder } from '#platform/data-folder.server.ts';
import { Fault } from '#platform/fault.ts';
import { ensureKeys } from '#platform/keys.server.ts';
import { lockAlone } from '#platform/lock.server.ts';
import type { Command } from './command.ts';
import { text, writeReport } from './import/report.ts';
import { runShutdownList } from './life.ts';
import { refusePending } from './web.ts';

export const command: Command = {
  summary: 'Bring GitBook spaces into the library, or an export of Slack into channels; running it again changes nothing.',
  usage:
    'gitbook <folder> [--publish] [--licence <words>] [--source-url <address>] [--report <file>] | slack <export.zip or folder> [--dry-run] [--labels <file> --steward <address>] [--private-label <label>] [--report <file>]',
  help: [
    'gitbook: each space lands as one change request. It waits for a reviewer unless --publish merges it at once.',
    'slack: --dry-run reads everything, counts it and changes nothing; with --write-labels <file> it writes a list of the channels to fill in. Nothing is fetched from anywhere.',
    '       Channels wait until a steward gives each a label on /imports, or --labels says so, in the name of the steward with that --steward address.',
    '       Private channels and direct conversations are read by those who were in them and have an account, under --private-label (TLP:AMBER).',
    '       See docs/operating/leaving-slack.md.',
    '--report writes all that was said as JSON.',
  ].join('\n'),
  options: {
    publish: { type: 'boolean' },
    licence: { type: 'string' },
    'source-url': { type: 'string' },
    report: { type: 'string' },
    'dry-run': { type: 'boolean' },
    labels: { type: 'string' },
    'write-labels': { type: 'string' },
    steward: { type: 'string' },
    'private-label': { type: 'string' },
  },
  positionals: true,
  run: async ({ values, positionals }) => {
    const [kind, folder, ...more] = positionals;
    if (kind === 'slack' && folder && !more.length) return (await import('./import/slack.ts')).importSlack(resolve(folder), values);
    if (kind !== 'gitbook' || !folder || more.length)
      throw new Fault('Say what to import: indaba import gitbook <folder>, or indaba import slack <export.zip>. See "indaba import --help".', { exitCode: 2 });
    const sourceUrl = text(values['source-url']);
    if (sourceUrl && !/^https?:\/\/[^\s]+$/.test(sourceUrl))
      throw new Fault(`--source-url is "${sourceUrl}": it must be an http or https address.`, { exitCode: 2 });
    const settings = config();
    ensureDataFolder(settings.data);
    const { importGitbook } = await import('./import/gitbook.ts');
    const { printImport } = await import('./import/print.ts');
    const { readGitbook } = await import('#domains/exchange/gitbook/read-gitbook.server.ts');
    const licence = text(values.licence);
    const reading = await readGitbook(resolve(folder), { ...(licence && { licence }), ...(sourceUrl && { sourceUrl }) });
    if (reading.refused) throw new Fault(reading.refused.message);
    ensureKeys(settings.keys);
    const database = await openDatabase(settings);
    const alone = lockAlone(join(settings.data, 'import.lock'));
    try {
      if (!alone) throw new Fault('Another import is running on this data folder: wait until it has ended.');
      await refusePending(database.urls.owner);
      await ensureSignInKey(database.urls.owner);
      const done = await importGitbook(reading, { publish: values.publish === true, licence, sourceUrl });
      for (const line of printImport(done)) console.log(line);
      const report = text(values.report);
      if (report) writeReport(report, done);
      if (!done.spaces.length) throw new Fault(`Nothing came in from ${folder}: the lines above say why.`);
    } finally {
      alone?.release();
      await runShutdownList();
      await database.close();
    }
  },
};
