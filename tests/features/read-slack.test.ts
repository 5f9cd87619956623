/** An export of Slack, with every fault that real and hostile ones have, is read to its end: what can come in is given, the rest is counted by name. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { countSlack } from '#domains/exchange/slack/count-slack.server.ts';
import { nothing } from '#domains/exchange/slack/messages.server.ts';
import type { Said } from '#domains/exchange/slack/model.ts';
import { openSlack, type SlackReading } from '#domains/exchange/slack/read-slack.server.ts';
import { printSlack } from '../../src/cli/import/print-slack.ts';
import { slackExport, writeFolder, writeZip } from '../support/slack-export.ts';

const room = mkdtempSync(path.join(tmpdir(), 'indaba-slack-'));
afterAll(() => rmSync(room, { recursive: true, force: true }));
let number = 0;
const at = (name: string) => path.join(room, `${++number}-${name}`);

async function opened(file: string, limits = {}): Promise<SlackReading> {
  const reading = await openSlack(file, limits);
  if ('refused' in reading) throw new Error(reading.refused);
  return reading;
}
async function said(reading: SlackReading, name: string): Promise<Said[]> {
  const place = reading.places.find((each) => each.name === name || each.source === name)!;
  const all: Said[] = [];
  for await (const day of reading.messages(place, nothing())) all.push(...day);
  return all;
}
const { files, words } = slackExport();
const folder = writeFolder(at('folder'), files);

test('a folder, its ZIP, and a ZIP with everything one level down say the same', async () => {
  const zip = await writeZip(at('export.zip'), files);
  const deep = await writeZip(
    at('deep.zip'),
    [...files].map(([name, content]) => [`My Export/${name}`, content] as [string, string]),
  );
  const all = [];
  for (const file of [folder, zip, deep]) {
    const reading = await opened(file);
    const places = await countSlack(reading, () => {});
    all.push({ places, counts: Object.fromEntries(reading.report.counts), people: reading.people.size });
    await reading.close();
  }
  expect(all[1]).toEqual(all[0]);
  expect(all[2]).toEqual(all[0]);
});

test('every entry is either given or counted, and each fault is named', async () => {
  const reading = await opened(folder);
  const places = await countSlack(reading, () => {});
  for (const place of places) {
    const left = Object.values(place.left).reduce((sum, n) => sum + n, 0);
    expect(place.come - place.parts + left, place.name).toBe(place.found);
  }
  const inFiles = [...files]
    .filter(([name]) => /^(?!unlisted).*\/\d{4}-\d\d-\d\d\.json$/.test(name))
    .reduce((sum, [, text]) => {
      try {
        const list: unknown = JSON.parse(`${text}`);
        return sum + (Array.isArray(list) ? list.length : 0);
      } catch {
        return sum;
      }
    }, 0);
  expect(places.reduce((sum, place) => sum + place.found, 0)).toBe(inFiles);
  expect(Object.fromEntries(reading.report.counts)).toMatchObject({
    not_json: 1,
    not_list: 1,
    unknown_folder: 1,
    integration_logs: 1,
    other_file: 2,
    no_folder: 1,
    bad_place: 2,
    place_twice: 1,
    bad_person: 2,
    notice: 1,
    deleted: 2,
    empty: 1,
    bad_message: 4,
    bad_time: 2,
    said_twice: 1,
    unknown_person: 2,
    foreign_person: 1,
    split: 1,
    no_parent: 1,
    file_elsewhere: 1,
    file_here: 2,
    reaction_unknown: 1,
  });
  const print = printSlack(reading, places).join('\n');
  expect(print).not.toContain('exchange_slack');
  expect(print).toContain(`Entries in the archive: ${inFiles} = `);
  for (const word of Object.values(words)) expect(print).not.toContain(word);
  expect(JSON.stringify(reading.report)).not.toContain('nevermore');
  await reading.close();
});

test('messages keep time, author, thread and marks; the words are ours', async () => {
  const reading = await opened(folder);
  const general = await said(reading, 'general');
  expect([...general].sort((a, b) => a.at.getTime() - b.at.getTime())).toEqual(general);
  const by = (text: string) => general.find((each) => each.body.includes(text))!;
  expect(by(words.general!).body).toBe('**Welcome**, @Jonas of Slack! Read [the rules](<https://example.org/a?b=1&c=2>) in #sim-swap 🎉 zebrafinch');
  expect(by(words.general!)).toMatchObject({
    person: 'U0AMINA',
    at: new Date(Date.UTC(2024, 0, 8, 9, 1)),
    pinned: true,
    thread: 'month:2024-01',
    title: 'January 2024',
  });
  const asked = by('Who saw');
  expect(asked).toMatchObject({ thread: asked.key, title: 'Who saw the swap in March?', editedAt: null });
  expect(general.filter((each) => each.thread === asked.key).map((each) => each.person)).toEqual(['U0JONAS', 'U0MEI', 'U0PITA']);
  expect(by('Mended')).toMatchObject({ editedAt: new Date(Date.UTC(2024, 0, 8, 9, 6)), reactions: [{ emoji: '👍', people: ['U0AMINA', 'U0OLD'] }] });
  expect(by('Line down')).toMatchObject({ person: 'bot:B0ALARM', body: '[Line down](<https://status.example/1>)\nsince **nine**\nWhere: Port' });
  expect(by('Tuesday')).toMatchObject({ earlier: 'It was Monday' });
  expect(by('plan.txt').files).toEqual([{ id: 'F0HERE', name: 'plan.txt', path: '__uploads/F0HERE/plan.txt' }]);
  expect(by('far.pdf').files[0]!.path).toBeNull();
  expect(JSON.stringify(general)).not.toMatch(/xoxe|files\.slack/);
  expect(general.filter((each) => each.body.includes('word')).map((each) => each.key.includes('/'))).toEqual([false, true, true]);
  expect(reading.people.get('U0FAR')).toMatchObject({ state: 'foreign', email: null });
  expect(reading.people.get('U0GHOST')).toMatchObject({ state: 'unknown', name: 'Ghost Writer' });
  expect(reading.people.get('U0OLD')).toMatchObject({ state: 'deleted' });
  // Whatever list it stands in, what says it is private is private.
  expect(reading.places.find((place) => place.name === 'called-public')).toMatchObject({ kind: 'private', people: ['U0PITA'] });
  expect(reading.places.map((place) => place.folder)).not.toContain('unlisted');
  await reading.close();
});

test('hostile archives are refused or read in bounds', async () => {
  const small = slackExport({ many: 1, faults: false }).files;
  const bomb = deflateRawSync(Buffer.alloc(80 * 1024 * 1024, ' ')).length;
  expect(bomb).toBeLessThan(200_000);
  const zip = await writeZip(at('bomb.zip'), [
    ...small,
    ['general/2024-05-05.json', `[${' '.repeat(40 * 1024 * 1024)}]`],
    ['../../climbed.json', '[]'],
    ['/etc/passwd', 'x'],
    ['general\\..\\..\\up.json', '[]'],
    ['a/b/c/d/e/f/g/h.json', '[]'],
    ['users.json', '[{"id":"U0EVIL"}]'],
    ['general/2024-05-06.json', '['.repeat(200_000)],
  ]);
  const reading = await opened(zip);
  await countSlack(reading, () => {});
  expect(Object.fromEntries(reading.report.counts)).toMatchObject({ too_large: 1, climbs_out: 3, too_deep: 1, name_twice: 1, not_json: 1 });
  expect(reading.people.has('U0EVIL')).toBe(false);
  await reading.close();

  const few = await opened(zip, { unpacked: 3000 });
  await countSlack(few, () => {});
  expect(few.report.counts.get('too_large')).toBeGreaterThan(1);
  await few.close();
  expect(await openSlack(zip, { entries: 5 })).toEqual({ refused: 'too_many' });

  const bytes = Buffer.from(await (await import('node:fs/promises')).readFile(zip));
  writeFileSync(path.join(room, 'cut.zip'), bytes.subarray(0, bytes.length - 30));
  expect(await openSlack(path.join(room, 'cut.zip'))).toMatchObject({ refused: expect.stringMatching(/no_zip|damaged/) });
  expect(await openSlack(path.join(room, 'nothing.zip'))).toEqual({ refused: 'no_file' });
  writeFileSync(path.join(room, 'not.zip'), 'hello');
  expect(await openSlack(path.join(room, 'not.zip'))).toEqual({ refused: 'no_zip' });
  mkdirSync(path.join(room, 'empty'));
  expect(await openSlack(path.join(room, 'empty'))).toEqual({ refused: 'no_export' });
});

test('bytes changed anywhere in a ZIP never make it throw', async () => {
  const zip = await writeZip(at('whole.zip'), slackExport({ many: 3 }).files);
  const whole = await (await import('node:fs/promises')).readFile(zip);
  let seed = 20_261_123;
  const random = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff;
    return Math.floor((seed / 0x7fffffff) * below);
  };
  const file = at('changed.zip');
  let opens = 0;
  for (let n = 0; n < Number(process.env.INDABA_FUZZ ?? 150); n++) {
    const changed = Buffer.from(whole);
    for (let each = 0; each < 1 + random(6); each++) changed[n % 2 ? changed.length - 1 - random(4000) : random(changed.length)] = random(256);
    writeFileSync(file, changed);
    const reading = await openSlack(file);
    if ('refused' in reading) continue;
    opens++;
    for (const place of await countSlack(reading, () => {}))
      expect(place.come - place.parts + Object.values(place.left).reduce((a, b) => a + b, 0)).toBe(place.found);
    await reading.close();
  }
  expect(opens).toBeGreaterThan(10);
});

test('a link in the folder is not followed', async () => {
  const linked = writeFolder(at('linked'), slackExport({ many: 1, faults: false }).files);
  symlinkSync('/etc/passwd', path.join(linked, 'general', '2024-06-06.json'));
  symlinkSync('/etc', path.join(linked, 'sim-swap', 'attachments'));
  const reading = await opened(linked);
  await countSlack(reading, () => {});
  expect(reading.report.counts.get('is_link')).toBe(2);
  await reading.close();
});

test('ten thousand files are read', async () => {
  const many = slackExport({ many: 1, faults: false, channels: 10_000 }).files;
  expect(many.size).toBeGreaterThan(10_000);
  const reading = await opened(await writeZip(at('many.zip'), many));
  const places = await countSlack(reading, () => {});
  expect(places.filter((place) => place.come === 1).length).toBeGreaterThanOrEqual(10_000);
  await reading.close();
}, 60_000);
