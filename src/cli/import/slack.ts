import { countSlack } from '#domains/exchange/slack/count-slack.server.ts';
import { openSlack, type SlackReading } from '#domains/exchange/slack/read-slack.server.ts';
import { Fault } from '#platform/fault.ts';
import { printSlack } from './print-slack.ts';
import { text, writeReport } from './report.ts';
import { say } from './words.ts';

type Values = Record<string, unknown>;

/** `indaba import slack`: reads an export, and with --dry-run says what it would do and changes nothing. */
export async function importSlack(file: string, values: Values): Promise<void> {
  const reading = await openSlack(file);
  if ('refused' in reading) throw new Fault(say(`exchange_slack_refused_${reading.refused}`, { file }));
  try {
    if (values['dry-run'] !== true) throw new Fault(say('exchange_slack_dry_only'), { exitCode: 2 });
    await dryRun(reading, values);
  } finally {
    await reading.close();
  }
}

async function dryRun(reading: SlackReading, values: Values): Promise<void> {
  const places = await countSlack(reading, (line) => process.stderr.isTTY && process.stderr.write(`\r\u001b[K${line}`));
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  for (const line of printSlack(reading, places)) console.log(line);
  const report = text(values.report);
  if (report)
    writeReport(report, {
      dry_run: true,
      people: [...reading.people.values()].map(({ email: _, ...person }) => person),
      places,
      report: reading.report.lines,
      counts: Object.fromEntries(reading.report.counts),
    });
}
