/** `indaba import slack` as whoever runs the hub calls it: dry run, labels, the run itself, once more, and every wrong word. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { forgetConfig } from '#platform/config.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { main } from '../../src/cli.ts';
import { jobs } from '../../src/wiring.server.ts';
import { type Cast, cast } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { slackExport, writeZip } from '../support/slack-export.ts';

const room = mkdtempSync(path.join(tmpdir(), 'indaba-slack-cli-'));
const at = (name: string) => path.join(room, name);
let db: FreshDatabase;
let c: Cast;
let zip: string;
let out: string;
let err: string;

beforeAll(async () => {
  db = await freshDatabase();
  c = await cast(db);
  Object.assign(process.env, { INDABA_DATA: at('data'), INDABA_KEYS: at('keys') });
  forgetConfig();
  await c.behind(`update app.accounts set email = 'lucia@sec.example', email_key = 'lucia@sec.example' where member_id = $1`, [c.member.lucia]);
  await c.behind(`update app.accounts set email_key = 'amina@ta-lumaria.example' where member_id = $1`, [c.member.amina]);
  zip = await writeZip(at('export.zip'), slackExport({ many: 20 }).files);
}, 120_000);
afterAll(async () => {
  await closePools();
  await db.drop();
  rmSync(room, { recursive: true, force: true });
});
afterEach(() => vi.restoreAllMocks());
beforeEach(() => {
  out = err = '';
  vi.spyOn(console, 'log').mockImplementation((line: unknown) => void (out += `${line}\n`));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    err += String(text);
    return true;
  });
});
const run = (...words: string[]) => main(['import', 'slack', ...words]);
const count = async (table: string) => Number((await c.behind<{ n: string }>(`select count(*) as n from ${table}`))[0]!.n);

test('a dry run says everything and changes nothing', async () => {
  expect(await run(zip, '--dry-run', '--write-labels', at('labels.json'), '--report', at('dry.json'))).toBe(0);
  expect(out).toContain('general: ');
  expect(out).toMatch(/Entries in the archive: \d+ = \d+ that come in as messages \+ \d+ that do not/);
  expect(await count('app.import_places')).toBe(0);
  expect(await count('app.import_runs')).toBe(0);
  expect(JSON.parse(readFileSync(at('labels.json'), 'utf8'))).toMatchObject({ general: 'wait', 'sim-swap': 'wait', 'old-project': 'wait' });
  expect(readFileSync(at('labels.json'), 'utf8')).not.toContain('inner-circle');
  const report = readFileSync(at('dry.json'), 'utf8');
  for (const secret of ['zebrafinch', 'okapikeeper', '@central-bank-lumaria.example', 'xoxe']) expect(report).not.toContain(secret);
  expect(statSync(at('dry.json')).mode & 0o077).toBe(0);
  expect(await run(zip, '--dry-run', '--write-labels', at('labels.json'))).toBe(2);
});

test('wrong words are answered with one line, before anything is written', async () => {
  const wrong = async (labels: unknown, ...words: string[]) => {
    writeFileSync(at('wrong.json'), typeof labels === 'string' ? labels : JSON.stringify(labels));
    err = '';
    const code = await run(zip, '--labels', at('wrong.json'), ...words);
    return `${code} ${err.trim()}`;
  };
  expect(await wrong('{')).toMatch(/^2 .*cannot be read as JSON/);
  expect(await wrong({ general: 'open' })).toMatch(/^2 .*“general” must be/);
  expect(await wrong({ general: { readers: 'everyone', label: 'TLP:RED' } })).toMatch(/^2 .*must be/);
  expect(await wrong({ 'inner-circle': 'wait' })).toMatch(/^2 .*no channel of this export that was open/);
  expect(await wrong({ general: { readers: 'everyone', label: 'TLP:GREEN' } })).toMatch(/^2 .*needs --steward/);
  expect(await wrong({ general: { readers: 'everyone', label: 'TLP:GREEN' } }, '--steward', 'amina@ta-lumaria.example')).toMatch(
    /^2 .*not the address of a steward/,
  );
  expect(await wrong({ general: { readers: 'circle:none', label: 'TLP:GREEN' } }, '--steward', 'lucia@sec.example')).toMatch(
    /^2 .*circle:none, which is not here/,
  );
  err = '';
  expect(await run(zip, '--private-label', 'TLP:GREEN')).toBe(2);
  expect(await run(at('nothing.zip'))).toBe(1);
  expect(err).toContain('is not a file or folder that can be read');
  expect(await count('app.import_places')).toBe(0);
});

test('the run brings in what has a label, says what waits, and once more adds nothing', async () => {
  writeFileSync(
    at('labels.json'),
    JSON.stringify({
      general: { readers: 'everyone', label: 'TLP:GREEN' },
      'sim-swap': { readers: 'circle:sim-swap', label: 'TLP:GREEN' },
      'old-project': 'aside',
    }),
  );
  // Lucía is not in that circle: nobody opens for readers they do not belong to.
  expect(await run(zip, '--labels', at('labels.json'), '--steward', ' Lucia@sec.example')).toBe(1);
  expect(out).toContain('sim-swap did not come in');
  expect(out).toMatch(/general: \d+ of \d+ messages/);
  const before = await count('app.messages');
  expect(before).toBeGreaterThan(10);
  expect(await c.behind(`select state from app.import_places where name = 'old-project'`)).toEqual([{ state: 'aside' }]);
  expect(await c.behind(`select 1 from app.import_messages m join app.import_places p on p.id = m.place_id where p.name = 'old-project'`)).toEqual([]);
  out = '';
  expect(await run(zip)).toBe(0);
  expect(out).toContain('0 messages are new');
  expect(out).toMatch(/2 channels with \d+ messages wait for a label: a steward opens them at .*\/imports/);
  expect(await count('app.messages')).toBe(before);
  const [last] = await c.behind<{ counts: Record<string, number> }>('select counts from app.import_runs order by started_at desc limit 1');
  expect(last!.counts).toMatchObject({ new: 0, failed: 0 });
});

test('the jobs are there: opening, and finding whoever joined', async () => {
  const [place] = await c.behind<{ id: string }>(
    `update app.import_places set state = 'opening', audience_id = 2, ceiling = 'TLP:GREEN', decided_by = $1 where name = 'sim-swap' returning id`,
    [c.byline.lucia],
  );
  await jobs['exchange.land-import']!({ ids: { place: place!.id }, actor: null } as never, {} as never);
  expect(await c.behind(`select state from app.import_places where name = 'sim-swap'`)).toEqual([{ state: 'open' }]);
  await jobs['exchange.match-imported']!({ ids: { member: c.member.jonas }, actor: null } as never, {} as never);
  expect(existsSync(at('data'))).toBe(true);
});
