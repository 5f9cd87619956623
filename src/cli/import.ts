import { resolve } from 'node:path';
import { Fault } from '#platform/fault.ts';
import type { Command } from './command.ts';
import { text } from './import/report.ts';

export const command: Command = {
  summary: 'Bring GitBook spaces into the library, or an export of Slack into channels; running it again changes nothing.',
  usage:
    'gitbook <folder or https address of a git repository> [--branch <name>] [--publish] [--licence <words>] [--source-url <address>] [--report <file>] | slack <export.zip or folder> [--dry-run] [--labels <file> --steward <address>] [--private-label <label>] [--report <file>]',
  help: [
    'gitbook: each space lands as one change request. It waits for a reviewer unless --publish merges it at once.',
    '         From an address the newest commit of --branch, or of the branch it names first, is read. Run it again to follow it: only what changed is proposed.',
    'slack: --dry-run reads everything, counts it and changes nothing; with --write-labels <file> it writes a list of the channels to fill in. Nothing is fetched from anywhere.',
    '       Channels wait until a steward gives each a label on /imports, or --labels says so, in the name of the steward with that --steward address.',
    '       Private channels and direct conversations are read by those who were in them and have an account, under --private-label (TLP:AMBER).',
    '       See docs/operating/leaving-slack.md.',
    '--report writes all that was said as JSON.',
  ].join('\n'),
  options: {
    publish: { type: 'boolean' },
    branch: { type: 'string' },
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
      throw new Fault('Say what to import: indaba import gitbook <folder or address>, or indaba import slack <export.zip>. See "indaba import --help".', {
        exitCode: 2,
      });
    const sourceUrl = text(values['source-url']);
    if (sourceUrl && !/^https?:\/\/[^\s]+$/.test(sourceUrl))
      throw new Fault(`--source-url is "${sourceUrl}": it must be an http or https address.`, { exitCode: 2 });
    return (await import('./import/from-gitbook.ts')).importFromGitbook(folder, {
      publish: values.publish === true,
      branch: text(values.branch) ?? null,
      licence: text(values.licence),
      sourceUrl,
      report: text(values.report),
    });
  },
};
