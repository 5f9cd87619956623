import { needsOfKey, retireKey, rotateKey } from '#domains/people/rotate-key.server.ts';
import { config } from '#platform/config.server.ts';
import { openDatabase } from '#platform/database/session.server.ts';
import { Fault } from '#platform/fault.ts';
import { KEY_NAMES, type KeyName, keyVersions } from '#platform/keys.server.ts';
import type { Command } from './command.ts';
import { runShutdownList } from './life.ts';
import { refusePending } from './web.ts';

export const command: Command = {
  summary: 'List the keys of the hub, add a new version of one, or take an old version away; the hub may go on meanwhile.',
  usage: 'list | rotate <key> | retire <key> <version> [--anyway]',
  help: [
    `The keys: ${KEY_NAMES.join(', ')}. docs/operating/keys.md says what each is for.`,
    'rotate  makes a new version the present one; the old ones go on opening and checking what was made with them.',
    'retire  takes an old version away; refused while something needs it, unless --anyway.',
    'Nodes with a folder of their own get the changed files afterwards: the same on all.',
  ].join('\n'),
  options: { anyway: { type: 'boolean' } },
  positionals: true,
  run: async ({ values, positionals: [what = 'list', name, version, ...more] }) => {
    const wanted = { list: 0, rotate: 1, retire: 2 }[what];
    const given = [name, version].filter((each) => each !== undefined).length;
    if (wanted === undefined || given !== wanted || more.length)
      throw new Fault('Say list, rotate <key> or retire <key> <version>: see "indaba keys --help".', { exitCode: 2 });
    if (name !== undefined && !KEY_NAMES.includes(name as KeyName))
      throw new Fault(`There is no key "${name}": there are ${KEY_NAMES.join(', ')}.`, { exitCode: 2 });
    if (version !== undefined && !/^\d{1,6}$/.test(version)) throw new Fault(`"${version}" is no version: it must be a number.`, { exitCode: 2 });
    const database = await openDatabase(config());
    try {
      await refusePending(database.urls.owner);
      if (what === 'list') await list();
      else if (what === 'rotate') await rotate(name as KeyName, database.urls.owner);
      else {
        await retireKey(name as KeyName, Number(version), database.urls.owner, values.anyway === true);
        console.log(`Version ${version} of "${name}" is gone. Nodes with a folder of their own: copy ${config().keys} to them.`);
      }
    } finally {
      await runShutdownList();
      await database.close();
    }
  },
};

async function list(): Promise<void> {
  for (const name of KEY_NAMES) {
    for (const [n, { version, createdAt }] of keyVersions(name).entries()) {
      const needs = n === 0 ? ['present'] : await needsOfKey(name, version);
      console.log(
        `${name.padEnd(18)} ${String(version).padStart(3)}  ${createdAt.slice(0, 10)}  ${needs.length ? needs.join('; ') : 'needed by nothing any more: may be retired'}`,
      );
    }
  }
}

async function rotate(name: KeyName, ownerUrl: string): Promise<void> {
  const { version, resealed, unopened } = await rotateKey(name, ownerUrl);
  console.log(`Version ${version} of "${name}" is the present one.${name === 'seal' ? ` ${resealed} value(s) were sealed anew.` : ''}`);
  if (unopened) console.log(`${unopened} value(s) could not be opened and were left as they are: their key is gone.`);
  if (name === 'session') console.log('Passwords move to it one by one, as people sign in. Nobody is signed out.');
  console.log(`Nodes with a folder of their own: copy ${config().keys} to them. A backup made before today does not hold this version.`);
}
