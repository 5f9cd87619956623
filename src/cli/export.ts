import { join, resolve } from 'node:path';
import { readContent } from '#domains/exchange/open-files/read.server.ts';
import { writeContent } from '#domains/exchange/open-files/write.server.ts';
import { config } from '#platform/config.server.ts';
import { openDatabase } from '#platform/database/session.server.ts';
import { Fault } from '#platform/fault.ts';
import type { Command } from './command.ts';
import { refusePending } from './web.ts';

const NOT_IN_IT = [
  'What is not in it: people and everything of theirs (accounts, profiles, memberships, bylines), channels, messages and comments, circles, change requests and their discussion, earlier',
  'revisions, texts of terms, settings, holds, the log, files nobody named in a page. All of that is in a backup; the log also in `indaba audit export`, what is of a person in their own',
  'package (*Your data*), what is of an organization in its records.',
];

export const command: Command = {
  summary: 'Write the library, the controls and the organizations as open files: Markdown, JSON, CSV.',
  usage: '<new folder> [--public]',
  help: [
    'Published pages of every space as Markdown with their pictures, controls and organizations as JSON and CSV, a manifest with the SHA-256 of each file.',
    '--public  only what every visitor may read, and no organizations. Without it: also spaces for members or circles; then keep the folder as you keep them.',
    ...NOT_IN_IT,
    'See docs/operating/export.md.',
  ].join('\n'),
  options: { public: { type: 'boolean' } },
  positionals: true,
  run: async ({ values, positionals: [folder, ...more] }) => {
    if (!folder || more.length) throw new Fault('Name one new folder: see "indaba export --help".', { exitCode: 2 });
    const onlyPublic = values.public === true;
    const database = await openDatabase(config());
    try {
      await refusePending(database.urls.owner);
      const content = await readContent(database.urls.owner, onlyPublic);
      const done = writeContent(resolve(folder), content, { files: join(config().data, 'files'), about: about(content.at, onlyPublic) });
      console.log(`${done.pages} pages of ${content.spaces.length} spaces, ${done.controls} controls and ${done.pictures} pictures are in ${resolve(folder)}.`);
      if (done.missing.length)
        throw new Fault(`Left out, because the hub does not have the bytes or the path leads out of the folder: ${done.missing.join(', ')}.`);
    } finally {
      await database.close();
    }
  },
};

const about = (at: Date, onlyPublic: boolean) =>
  [
    `# Content of the hub ${config().url}`,
    '',
    `Made at ${at.toISOString()} by \`indaba export${onlyPublic ? ' --public' : ''}\`. ${onlyPublic ? 'Everything here can be read by every visitor of the hub.' : 'Some of it is for members or circles only: `public` in each `space.json` says which.'}`,
    '',
    '* `library/<space>/<page>.md`: the published text, with its title between the lines of `---`. `space.json` has order, licence, sources, audience and former addresses; `.indaba/blocks.json` the permanent ids of the blocks.',
    '* `library/<space>/assets/`: the pictures that pages name.',
    '* `controls.json`, `controls.csv`: the register, retired ones too (`retired_at`). In CSV an apostrophe stands before what a table program would take for a formula.',
    ...(onlyPublic ? [] : ['* `organizations` and `jurisdictions`, as JSON and CSV: bodies, no people.']),
    '* `manifest.json`: the SHA-256 of each file. Without it the export was cut off.',
    '',
    ...NOT_IN_IT,
    '',
  ].join('\n');
