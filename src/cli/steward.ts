import { listStewards, nameSteward } from '#domains/people/operator.server.ts';
import { config } from '#platform/config.server.ts';
import { openDatabase } from '#platform/database/session.server.ts';
import { Fault } from '#platform/fault.ts';
import type { Command } from './command.ts';
import { refusePending } from './web.ts';

export const command: Command = {
  summary: 'List the stewards, or name one where fewer than two are left who can act.',
  usage: 'list | name <person> --reason <words>',
  help: [
    'list  prints every steward, and whether they can act.',
    'name  makes an active member a steward: <person> is the last part of the address of their page, /people/<person>.',
    '      Refused while two stewards can act: then they do it themselves. The log keeps the reason, and every member is told.',
    'A hub without any steward from the first day: "indaba start" prints a link that makes one. See docs/operating/governing.md.',
  ].join('\n'),
  options: { reason: { type: 'string' } },
  positionals: true,
  run: async ({ values, positionals: [what = 'list', person, ...more] }) => {
    const reason = String(values.reason ?? '').trim();
    if (more.length || (what === 'list' ? person !== undefined : what !== 'name' || !person || !reason || reason.length > 500))
      throw new Fault('Say list, or name <person> --reason "…" with at most 500 characters: see "indaba steward --help".', { exitCode: 2 });
    const database = await openDatabase(config());
    try {
      await refusePending(database.urls.owner);
      if (what === 'list') await list(database.urls.owner);
      else console.log(`${await nameSteward(database.urls.owner, person!, reason)} is a steward from now on. The log has it, and every member is told.`);
    } finally {
      await database.close();
    }
  },
};

async function list(ownerUrl: string): Promise<void> {
  const stewards = await listStewards(ownerUrl);
  for (const { slug, name, status, organizations } of stewards)
    console.log(`${slug.padEnd(20)} ${status.padEnd(10)} ${name}, ${organizations.join(', ') || 'no organization'}`);
  const able = stewards.filter(({ status }) => status === 'active').length;
  console.log(
    able > 1
      ? `${able} stewards can act.`
      : able
        ? 'One steward can act: what needs two cannot be done. "indaba steward name" names a second.'
        : 'No steward can act. "indaba steward name" names one.',
  );
}
