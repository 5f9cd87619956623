import type { Brought } from '#domains/exchange/slack/bring-in.server.ts';
import type { CountedPlace } from '#domains/exchange/slack/count-slack.server.ts';
import { LEFT_OUT, type Reason, shown } from '#domains/exchange/slack/model.ts';
import type { SlackReading } from '#domains/exchange/slack/read-slack.server.ts';
import { say } from './words.ts';

const day = (date: Date | null): string => date?.toISOString().slice(0, 10) ?? '';
const isLeftOut = (reason: Reason): boolean => (LEFT_OUT as readonly Reason[]).includes(reason);

/** What an export holds, in words: place by place, then everything that does not come in as it stood, and the sum. */
export function printSlack({ people, report }: Pick<SlackReading, 'people' | 'report'>, places: CountedPlace[]): string[] {
  const lines = [say('exchange_slack_part_places')];
  for (const kind of ['channel', 'private', 'direct'] as const) {
    const some = places.filter((place) => place.kind === kind);
    if (!some.length) continue;
    lines.push(`  ${say(`exchange_slack_kind_${kind}`, { count: some.length })}`);
    for (const place of some)
      lines.push(
        `    ${say(place.found ? 'exchange_slack_place' : 'exchange_slack_place_empty', { name: shown(place.name), come: place.come - place.parts, found: place.found, threads: place.threads, people: place.people, first: day(place.first), last: day(place.last) })}`,
      );
  }
  const folk = [...people.values()];
  const count = (test: (person: (typeof folk)[number]) => boolean): number => folk.filter(test).length;
  lines.push('', say('exchange_slack_part_people'));
  lines.push(
    `  ${say('exchange_slack_people', { people: count((one) => one.kind === 'person'), mail: count((one) => one.email !== null), gone: count((one) => one.state === 'deleted'), foreign: count((one) => one.state === 'foreign'), unknown: count((one) => one.state === 'unknown'), bots: count((one) => one.kind === 'bot') })}`,
  );
  for (const [part, test] of [
    ['left_out', isLeftOut],
    ['changed', (reason: Reason) => !isLeftOut(reason)],
  ] as const) {
    const reasons = [...report.counts].filter(([reason]) => test(reason));
    if (reasons.length) lines.push('', say(`exchange_slack_part_${part}`));
    for (const [reason, n] of reasons) {
      lines.push(`  ${say(`exchange_slack_${reason}`, { count: n })}`);
      for (const line of report.lines.filter((each) => each.reason === reason).slice(0, 5))
        lines.push(`    ${line.where === line.what ? line.what : `${line.what}  (${line.where})`}`);
      if (n > 5) lines.push(`    ${say('exchange_slack_more', { count: n - 5 })}`);
    }
  }
  const sum = (of: (place: CountedPlace) => number): number => places.reduce((all, place) => all + of(place), 0);
  const left = sum((place) => Object.values(place.left).reduce((all, each) => all + each, 0));
  return [
    ...lines,
    '',
    say('exchange_slack_sum', { found: sum((place) => place.found), come: sum((place) => place.come - place.parts), left, parts: sum((place) => place.parts) }),
  ];
}

/** What a run did, behind what it read: how much is new, what stands open, what waits for a steward, what failed and why. */
export function printBrought({ places, matched }: Brought, url: string): string[] {
  const sum = (of: (place: Brought['places'][number]) => number): number => places.reduce((all, place) => all + of(place), 0);
  const waiting = places.filter((place) => place.kind === 'channel' && place.state === 'waiting' && !place.failed);
  const lines = [say('exchange_slack_part_done')];
  const tell = (key: string, data: Record<string, string | number>) => lines.push(`  ${say(key, data)}`);
  tell('exchange_slack_new', { fresh: sum((place) => place.fresh), there: sum((place) => Math.max(place.come - place.fresh, 0)) });
  tell('exchange_slack_landed', { messages: sum((place) => place.landed), places: places.filter((place) => place.state === 'open').length });
  const files = sum((place) => place.files);
  if (files) tell('exchange_slack_files', { count: files });
  tell('exchange_slack_matched', { count: matched });
  const aside = places.filter((place) => place.state === 'aside').length;
  if (aside) tell('exchange_slack_aside', { count: aside });
  for (const place of places.filter((each) => each.failed)) tell('exchange_slack_failed', { name: shown(place.name), why: place.failed ?? '' });
  // What was written down before and is in no archive any more is more; less would be a loss.
  for (const place of places.filter((each) => !each.failed && each.state !== 'aside' && each.known < each.come))
    tell('exchange_slack_short', { name: shown(place.name), known: place.known, come: place.come });
  if (waiting.length)
    tell('exchange_slack_waiting', { count: waiting.length, messages: waiting.reduce((all, place) => all + place.known, 0), address: `${url}/imports` });
  return lines;
}
