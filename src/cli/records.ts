import { runRetention } from '#domains/records/run-retention.server.ts';
import { config } from '#platform/config.server.ts';
import { openDatabase } from '#platform/database/session.server.ts';
import { Fault } from '#platform/fault.ts';
import type { Command } from './command.ts';
import { runShutdownList } from './life.ts';
import { refusePending } from './web.ts';

export const command: Command = {
  summary: 'Remove what the rules of keeping say is due.',
  usage: 'retention [--dry-run]',
  help: [
    'retention  removes what is due and no hold keeps, as the running hub does every night; prints how many rows of which kind went.',
    '           --dry-run: changes nothing, prints what would go now. Threads that would become empty are not in it: they go later.',
    'The rules stand on /retention, holds on /holds. See docs/operating/records.md.',
  ].join('\n'),
  options: { 'dry-run': { type: 'boolean' } },
  positionals: true,
  run: async ({ values, positionals: [what, ...more] }) => {
    if (what !== 'retention' || more.length) throw new Fault('Say retention: see "indaba records --help".', { exitCode: 2 });
    const dryRun = values['dry-run'] === true;
    const database = await openDatabase(config());
    try {
      await refusePending(database.urls.owner);
      const removed = await runRetention({ dryRun, say: dryRun ? () => {} : (line) => console.log(line) });
      for (const { kind, label, n } of removed) console.log(`${String(n).padStart(9)}  ${kind}${label ? ` ${label}` : ''}`);
      const all = removed.reduce((sum, { n }) => sum + n, 0);
      console.log(dryRun ? `${all} rows would go now; nothing was changed.` : `${all} rows went.`);
    } finally {
      await runShutdownList();
      await database.close();
    }
  },
};
