import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { slugOf } from '#domains/channels/model.ts';
import { bringIn } from '#domains/exchange/slack/bring-in.server.ts';
import { countSlack } from '#domains/exchange/slack/count-slack.server.ts';
import { openSlack, type SlackReading } from '#domains/exchange/slack/read-slack.server.ts';
import { ensureSignInKey } from '#domains/people/sign-in-key.server.ts';
import { config } from '#platform/config.server.ts';
import { openDatabase } from '#platform/database/session.server.ts';
import { ensureDataFolder } from '#platform/data-folder.server.ts';
import { Fault, oneLine } from '#platform/fault.ts';
import { ensureKeys } from '#platform/keys.server.ts';
import { lockAlone } from '#platform/lock.server.ts';
import { runShutdownList } from '../life.ts';
import { refusePending } from '../web.ts';
import { decisions, emptyLabels, privateLabel, readLabels } from './labels.ts';
import { printBrought, printSlack } from './print-slack.ts';
import { text, writeReport } from './report.ts';
import { say } from './words.ts';

type Values = Record<string, unknown>;

/** `indaba import slack`: reads an export; with --dry-run says what it would do and changes nothing, else brings it in. */
export async function importSlack(file: string, values: Values): Promise<void> {
  const label = privateLabel(text(values['private-label']));
  const reading = await openSlack(file);
  if ('refused' in reading) throw new Fault(say(`exchange_slack_refused_${reading.refused}`, { file }));
  try {
    const labels = readLabels(text(values.labels), reading.places);
    if (values['dry-run'] === true) await dryRun(reading, values);
    else await bring(reading, values, labels, label);
  } finally {
    await reading.close();
  }
}

/** One line that is written over again and again; where nobody looks, a line now and then. */
function progress(): { show(line: string): void; clear(): void } {
  const { stderr } = process;
  let last = Date.now();
  return {
    show: (line) => {
      if (stderr.isTTY) stderr.write(`\r\u001b[K${line.slice(0, (stderr.columns ?? 80) - 1)}`);
      else if (Date.now() - last > 5000) {
        last = Date.now();
        stderr.write(`${line}\n`);
      }
    },
    clear: () => void (stderr.isTTY && stderr.write('\r\u001b[K')),
  };
}

/** People without their addresses: a report is passed on more easily than an export. */
const peopleOf = (reading: SlackReading) => [...reading.people.values()].map(({ email: _, ...person }) => person);

async function dryRun(reading: SlackReading, values: Values): Promise<void> {
  const shown = progress();
  const places = await countSlack(reading, shown.show);
  shown.clear();
  for (const line of printSlack(reading, places)) console.log(line);
  const template = text(values['write-labels']);
  if (template) {
    if (existsSync(template)) throw new Fault(say('exchange_slack_labels_there', { file: template }), { exitCode: 2 });
    writeReport(template, emptyLabels(reading.places));
    console.log(say('exchange_slack_labels_written', { file: template }));
  }
  const report = text(values.report);
  if (report)
    writeReport(report, { dry_run: true, people: peopleOf(reading), places, lines: reading.report.lines, counts: Object.fromEntries(reading.report.counts) });
}

async function bring(reading: SlackReading, values: Values, labels: ReturnType<typeof readLabels>, label: string): Promise<void> {
  const settings = config();
  ensureDataFolder(settings.data);
  ensureKeys(settings.keys);
  const database = await openDatabase(settings);
  const alone = lockAlone(join(settings.data, 'import.lock'));
  try {
    if (!alone) throw new Fault('Another import is running on this data folder: wait until it has ended.');
    await refusePending(database.urls.owner);
    await ensureSignInKey(database.urls.owner);
    const decision = await decisions(labels, text(values.steward));
    const shown = progress();
    const done = await bringIn(reading, { privateLabel: label, slug: slugOf, decision, why: whyOf, progress: shown.show });
    shown.clear();
    for (const line of [...printSlack(reading, done.places), '', ...printBrought(done, config().url)]) console.log(line);
    const report = text(values.report);
    if (report) writeReport(report, { ...done, people: peopleOf(reading), lines: reading.report.lines, counts: Object.fromEntries(reading.report.counts) });
    const failed = done.places.filter((place) => place.failed).length;
    if (failed) throw new Fault(say('exchange_slack_some_failed', { count: failed }));
  } finally {
    alone?.release();
    await runShutdownList();
    await database.close();
  }
}

/** A refusal speaks by its code. */
function whyOf(error: unknown): string {
  const { code } = error as { code?: string };
  return code?.includes('.') ? say(`error_${code.replaceAll('.', '_')}`) : oneLine(error);
}
