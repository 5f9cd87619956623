/** A malware scanner: what it finds goes to nobody, what it was not asked about waits, and stewards read how it does. With a stand-in on a real socket; with clamd itself where INDABA_TEST_CLAMD names one. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openDirect } from '#domains/conversations/direct.server.ts';
import { startThread } from '#domains/conversations/start-thread.server.ts';
import { keepUpload } from '#domains/files/keep-upload.server.ts';
import { takeFile } from '#domains/exchange/slack/stage-files.server.ts';
import { lookThrough, mailInfected } from '#domains/files/look-through.server.ts';
import { takeIn } from '#domains/files/take-in.server.ts';
import { findUpload } from '#domains/files/uploads.server.ts';
import { findings } from '#domains/hub/health/checks.ts';
import { beat, factsHere } from '#domains/hub/health/beat.server.ts';
import { healthFigures, healthNow, scannerSeen } from '#domains/hub/health/look.server.ts';
import type { Finding } from '#domains/hub/health/model.ts';
import { watchHealth } from '#domains/hub/health/watch.server.ts';
import { foundText, todoText } from '#domains/hub/ui/health-words.ts';
import { forgetConfig, readConfig } from '#platform/config.server.ts';
import { type Actor, as } from '#platform/database/open.server.ts';
import { keptMails } from '#platform/mail.server.ts';
import { harmlessTest, scanBytes, scannerVersion } from '#platform/scanner.server.ts';
import { falseClamd } from '../support/clamd.ts';
import { openHub, Visitor } from '../support/hub.ts';
import { type Community, plantCommunity } from '../support/people.ts';

let community: Community;
let amina: Actor;
let direct: { conversation_id: string };
const use = (address: string | undefined) => {
  if (address) process.env.INDABA_SCANNER = address;
  else delete process.env.INDABA_SCANNER;
  forgetConfig();
};
beforeAll(async () => {
  community = await plantCommunity();
  amina = await community.be('amina');
  direct = await as(amina, (tx) => openDirect(tx, { people: ['jonas'] }));
}, 120_000);
afterAll(async () => {
  use(undefined);
  await community?.database.drop();
});
beforeEach(() => use(undefined));

const send = async (text: string | Uint8Array, name = 'a.txt') => {
  const taken = await takeIn(typeof text === 'string' ? new TextEncoder().encode(text) : text);
  return (await as(amina, (tx) => keepUpload(tx, { name, taken }))).id;
};
const looked = async (id: string) => (await as(amina, (tx) => findUpload(tx, id))).looked;
const post = (files: string[]) =>
  as(amina, (tx) => startThread(tx, { conversation_id: direct.conversation_id, title: 'T', body: 'b', retry_key: randomUUID(), files })).then(
    () => 'posted',
    (error: { code?: string }) => error.code ?? String(error),
  );
const scanner = async (): Promise<Finding> =>
  findings(await as({ kind: 'clerk' }, healthFigures), { url: 'https://hub.example.org' }, await scannerSeen()).find(({ check }) => check === 'scanner')!;

test('without a scanner files go unasked, and stewards are told that there is none', async () => {
  const id = await send('plain');
  expect([await looked(id), await post([id])]).toEqual(['unasked', 'posted']);
  const finding = await scanner();
  expect([finding.bad, finding.code]).toEqual([false, 'none']);
  expect(foundText(finding)).toMatch(/no malware scanner/);
  expect(todoText(finding)).toMatch(/INDABA_SCANNER/);
});

test('with one, a file waits until it was looked at, and then goes; what it finds goes to nobody, is in the log, and stewards get a mail', async () => {
  const clamd = await falseClamd();
  use(clamd.address);
  const [good, bad] = [await send('x'.repeat(200_000)), await send('malware-for-the-test', 'invoice.pdf')];
  expect([await looked(good), await post([good])]).toEqual(['waiting', 'files.upload.waiting']);
  // Each was given to a job by the transaction that kept it.
  expect(
    (
      await community.behind(
        `select from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id where t.identifier = 'files.look'`,
      )
    ).length,
  ).toBe(2);
  expect(await lookThrough(good)).toBe(1);
  expect(await lookThrough()).toBe(1);
  expect(clamd.seen).toEqual([200_000, 20]);
  expect([await looked(good), await looked(bad)]).toEqual(['clean', 'infected']);
  expect(await post([good, bad])).toBe('files.upload.infected');
  expect(await post([good])).toBe('posted');
  expect((await community.behind(`select from app.attachments where name = 'invoice.pdf'`)).length).toBe(0);
  const [note] = await community.behind<{ member_id: string; data: Record<string, string> }>(
    `select member_id, data from app.audit_notes where kind = 'file.infected'`,
  );
  expect([note!.member_id, note!.data.found]).toEqual([community.ids.amina, 'Test.Word.1']);
  await mailInfected({ ids: { upload: bad } });
  const mails = keptMails().filter(({ subject }) => /malware/.test(subject));
  expect(mails.map(({ to }) => to)).toEqual(['lucia@example.test']);
  expect(mails[0]!.text).toContain('Test.Word.1');
  expect(mails[0]!.text).not.toContain('invoice');
  await clamd.close();
});

test('while it cannot be reached files are held, whoever sends again; when it is back they are looked at', async () => {
  const clamd = await falseClamd();
  const port = Number(new URL(clamd.address).port);
  await clamd.close();
  use(clamd.address);
  const id = await send('patient');
  expect(await lookThrough()).toBe(0);
  expect([await looked(id), await post([id])]).toEqual(['waiting', 'files.upload.waiting']);
  for (const kind of ['web', 'worker'] as const) await beat(kind, 'one:3000', Date.now, factsHere());
  const silent = await scanner();
  expect([silent.bad, silent.code, silent.params.count]).toEqual([true, 'silent', 1]);
  expect(foundText(silent)).toMatch(/ECONNREFUSED.*1 files? (are|is) held back/);
  // The page asks nobody itself; it shows what the job saw.
  await watchHealth(Promise.resolve({ url: 'https://hub.example.org' }));
  const page = await healthNow(await community.be('lucia'));
  expect(page.found.find(({ check }) => check === 'scanner')?.code).toBe('silent');
  const back = await falseClamd(undefined, port);
  expect(await lookThrough()).toBe(1);
  expect([await looked(id), await post([id])]).toEqual(['clean', 'posted']);
  expect((await scanner()).code).toBe('well');
  await back.close();
});

test('old signatures, none, one that some processes do not know, one that was taken away: each said with what to do', async () => {
  const codes: string[] = [];
  const said = async () => {
    const finding = await scanner();
    expect(foundText(finding) + todoText(finding)).not.toMatch(/[{}]|undefined/);
    expect(todoText(finding).length).toBeGreaterThan(20);
    codes.push(finding.code);
  };
  for (const version of ['ClamAV 1.4.3/27500/Mon Jan  5 08:00:00 2026', 'ClamAV 1.4.3']) {
    const clamd = await falseClamd(version);
    use(clamd.address);
    await beat('web', 'one:3000', Date.now, factsHere());
    await beat('worker', 'one:3000', Date.now, factsHere());
    await said();
    await clamd.close();
  }
  await send('held');
  use(undefined);
  await beat('web', 'one:3000', Date.now, factsHere());
  await said();
  await beat('worker', 'one:3000', Date.now, factsHere());
  await said();
  expect(codes).toEqual(['old', 'bare', 'differ', 'taken_away']);
});

test('files in an archive of Slack are looked at as they come in: left out and named, or nothing comes while nobody answers', async () => {
  const report = { lines: [] as Array<{ reason: string; what: string }>, counts: new Map() };
  const reading = { file: async (path: string) => Buffer.from(path), report } as never;
  const clamd = await falseClamd();
  use(clamd.address);
  expect((await takeFile(reading, 'plan.txt', 'a plain plan'))?.size).toBe(12);
  expect(await takeFile(reading, 'invoice.pdf', 'malware-for-the-test')).toBe(undefined);
  expect(report.lines.map(({ reason, what }) => [reason, what])).toEqual([['file_infected', 'invoice.pdf']]);
  await clamd.close();
  await expect(takeFile(reading, 'plan.txt', 'a plain plan')).rejects.toThrow(/The malware scanner does not answer .*ECONNREFUSED/);
});

test('nobody says of a file of theirs that it is clean, and nobody else says anything of it', async () => {
  const clamd = await falseClamd();
  use(clamd.address);
  const id = await send('mine');
  for (const who of ['amina', 'jonas', 'lucia', 'eve'])
    for (const to of ['clean', 'unasked', 'infected']) {
      const { sql } = await import('kysely');
      await as(await community.be(who), (tx) => sql`update app.uploads set looked = ${to} where id = ${id}`.execute(tx)).catch(() => {});
    }
  await as(amina, (tx) => import('kysely').then(({ sql }) => sql`update app.uploads set looked = 'clean' where id = ${id}`.execute(tx))).catch(() => {});
  expect(await looked(id)).toBe('waiting');
  await clamd.close();
});

test('over the real server: the button of the settings asks it; a form without script waits for its answer, and keeps the words when it is a bad one', async () => {
  const clamd = await falseClamd();
  use(clamd.address);
  const hub = await openHub();
  const lucia = new Visitor(hub.base);
  lucia.cookies.set('indaba', await community.cookie('lucia'));
  expect((await lucia.get('/settings')).text).toContain(`127.0.0.1:${new URL(clamd.address).port}`);
  const said = (await lucia.post('/settings?/look', { what: 'scanner' })).text;
  expect(said).toMatch(/It answers within \d+ ms: ClamAV 1\.4\.3/);
  expect(said).toContain('it found Test.Word.1');

  const cookie = `indaba=${await community.cookie('amina')}`;
  const [direct] = await community.behind<{ id: string }>(`select subject_id as id from app.conversations where subject_kind = 'direct'`);
  const form = async (words: string) => {
    const data = new FormData();
    data.set('retry_key', randomUUID());
    data.set('body', `with a file: ${words}`);
    data.append('files', new File([words], 'a.txt'));
    let answer: Response | undefined;
    const sent = fetch(`${hub.base}/messages/${direct!.id}?/post`, {
      method: 'POST',
      body: data,
      redirect: 'manual',
      headers: { cookie, origin: hub.base, accept: 'text/html' },
    }).then((given) => (answer = given));
    // What the worker does in a process of its own.
    while (!answer) {
      await lookThrough();
      await new Promise((wait) => setTimeout(wait, 100));
    }
    return sent;
  };
  expect((await form('good words')).status).toBe(303);
  const refused = await form('malware-for-the-test');
  const page = await refused.text();
  expect([refused.status, page.includes('The malware scanner found something'), page.includes('with a file: malware-for-the-test')]).toEqual([422, true, true]);
  expect(page).not.toMatch(/name="upload"/);
  await clamd.close();
  expect((await lucia.post('/settings?/look', { what: 'scanner' })).text).toMatch(/It does not answer:.*ECONNREFUSED/);
  await hub.close();
}, 120_000);

test('its address is a host and a port, or a socket; anything else stops the start with one line', () => {
  const of = (value: string) => readConfig({ INDABA_SCANNER: value }).scanner;
  expect(of('tcp://scan.example.org')).toEqual({ host: 'scan.example.org', port: 3310 });
  expect(of('tcp://[::1]:3311')).toEqual({ host: '::1', port: 3311 });
  expect(of('unix:/run/clamav/clamd.ctl')).toEqual({ path: '/run/clamav/clamd.ctl' });
  for (const wrong of ['localhost:3310', 'http://scan.example.org', 'unix:clamd.ctl', 'tcp://']) expect(() => of(wrong), wrong).toThrow(/INDABA_SCANNER is/);
});

test.runIf(process.env.INDABA_TEST_CLAMD)(
  'clamd itself: says what it is, lets a plain file go, and takes 20 MB',
  async () => {
    use(process.env.INDABA_TEST_CLAMD);
    expect((await scannerVersion()).version).toMatch(/^ClamAV \d/);
    expect(await scanBytes(Buffer.from('plain words'))).toEqual({ found: null });
    expect(await scanBytes(Buffer.alloc(20 * 1024 * 1024, 'a'))).toEqual({ found: null });
    // Its own signature of the test, or that of EICAR.
    const { found } = await scanBytes(harmlessTest());
    expect(found).toBeTruthy();
  },
  120_000,
);
