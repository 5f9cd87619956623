/** Mail about messages, by a real mail server: who is told, of what, in which words, how often, and how it is turned off. */
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { sql } from 'kysely';
import { openDirect } from '#domains/conversations/direct.server.ts';
import { markRead } from '#domains/conversations/mark-read.server.ts';
import { postMessage } from '#domains/conversations/post-message.server.ts';
import { startThread } from '#domains/conversations/start-thread.server.ts';
import { sendMails } from '#domains/conversations/telling/send-mails.server.ts';
import { tell } from '#domains/conversations/telling/tell.server.ts';
import { createToken } from '#domains/people/create-token.server.ts';
import { as } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';
import { startWorker } from '../../src/worker.ts';
import { type Hub, openHub, Visitor } from '../support/hub.ts';
import { type Mailbox, openMailbox } from '../support/mailbox.ts';
import { type Community, plantCommunity } from '../support/people.ts';

let community: Community;
let mailbox: Mailbox;
let hub: Hub;
// Mails are waited for up to a minute: the machine may be busy.
vi.setConfig({ testTimeout: 120_000 });
beforeAll(async () => {
  community = await plantCommunity();
  mailbox = await openMailbox();
  hub = await openHub();
}, 60_000);
afterAll(async () => {
  await hub?.close();
  await mailbox?.close();
  await community?.database.drop();
});
beforeEach(() => mailbox.forget());

const be = (slug: string) => community.be(slug);
const words = 'quokkas at the ferry';
/** A conversation of its own: who writes, to whom, under what label. */
async function write(from: string, to: string[], marking: string | null = null, body = words): Promise<string> {
  return as(await be(from), async (tx) => {
    const { conversation_id } = await openDirect(tx, { people: to });
    const { rows } = await sql<{ id: string }>`select id from app.threads where conversation_id = ${conversation_id} order by id limit 1`.execute(tx);
    if (rows[0]) await postMessage(tx, { thread_id: rows[0].id, body, marking: marking as 'TLP:GREEN', retry_key: newId() });
    else await startThread(tx, { conversation_id, title: 'They', body, marking: marking as 'TLP:GREEN', retry_key: newId() });
    return (await sql<{ id: string }>`select id from app.threads where conversation_id = ${conversation_id} order by id limit 1`.execute(tx)).rows[0]!.id;
  });
}
/** A minute later, and the worker's round. */
const run = async () => {
  await tell();
  await community.behind("update app.notices set mail_due = now() where mail_due < now() + interval '6 minutes'");
  await sendMails();
};
const read = async (slug: string, thread: string) => as(await be(slug), (tx) => markRead(tx, { thread_id: thread, number: 1_000 }));
const to = (slug: string) => mailbox.all(`${slug}@example.test`);

const later = () => new Promise((go) => setTimeout(go, 100));
/** Waits until the worker's own round has written it down. */
const noticed = async (slug: string) => {
  for (;;) {
    const [row] = await community.behind<{ late: boolean }>(
      `select mail_due > now() + interval '20 seconds' as late from app.notices where member_id = '${community.ids[slug]}' and mail_due is not null order by at desc limit 1`,
    );
    if (row) return row.late;
    await later();
  }
};

test('the worker mails a minute later: who wrote, the words where the label lets it, the label before them', async () => {
  const worker = await startWorker(community.database.worker);
  try {
    await write('amina', ['jonas'], 'TLP:GREEN');
    expect(await noticed('jonas')).toBe(true);
    await community.behind('update app.notices set mail_due = now() where mail_due is not null');
    const mail = await mailbox.to('jonas@example.test', 'wrote to you');
    expect(mail).toContain('Subject: [TLP:GREEN] Amina wrote to you');
    expect(mail).toMatch(/http:\/\/localhost:\d+\/threads\/[0-9a-f-]{36}/);
    expect(mail).toMatch(/TLP:GREEN\s+Amina/);
    expect(mail).toContain('quokkas');
    expect(to('amina')).toEqual([]);
  } finally {
    await worker?.stop();
  }
});

test('once for a conversation, until it was read; then again', async () => {
  const thread = await write('mei', ['jonas'], 'TLP:CLEAR');
  await Promise.all([run(), run()]);
  await write('mei', ['jonas'], 'TLP:CLEAR');
  await run();
  expect(to('jonas').length).toBe(1);
  await read('jonas', thread);
  await run();
  expect(to('jonas').length).toBe(1);
  await write('mei', ['jonas'], 'TLP:CLEAR');
  await run();
  expect(to('jonas').length).toBe(2);
});

test('whoever is reading gets none, nor for what was taken back', async () => {
  const thread = await write('mei', ['amina'], 'TLP:CLEAR');
  await read('amina', thread);
  await run();
  await write('mei', ['amina'], 'TLP:CLEAR');
  await community.behind(`update app.messages set deleted_at = now() where thread_id = '${thread}'`);
  await run();
  expect(to('amina')).toEqual([]);
});

test('whoever wants to hear nothing of a conversation, or muted its thread, gets none', async () => {
  const thread = await write('jonas', ['lucia', 'mei', 'amina'], 'TLP:CLEAR');
  await as(await be('mei'), (tx) =>
    sql`insert into app.thread_follows (member_id, thread_id, audience_id, state) select app.me(), id, audience_id, 'muted' from app.threads where id = ${thread}`.execute(
      tx,
    ),
  );
  for (const [slug, level] of [
    ['lucia', 'nothing'],
    ['amina', 'mentions'],
  ] as const)
    await as(await be(slug), (tx) =>
      sql`insert into app.involvements (member_id, conversation_id, audience_id, level) select app.me(), conversation_id, audience_id, ${level} from app.threads where id = ${thread}`.execute(
        tx,
      ),
    );
  await run();
  expect([to('mei'), to('lucia'), to('amina')]).toEqual([[], [], []]);
  const [amina] = await community.behind<{ id: string }>(`select id from app.bylines where member_id = '${community.ids['amina']}'`);
  await write('jonas', ['lucia', 'mei', 'amina'], 'TLP:CLEAR', `@[Amina](person:${amina!.id}) come`);
  await run();
  expect([to('mei').length, to('lucia').length, to('amina').length]).toEqual([0, 0, 1]);
});

test.each([
  ['TLP:AMBER', 'Something waits for you'],
  ['TLP:AMBER+STRICT', 'Something waits for you'],
  [null, 'Something waits for you'],
  ['TLP:RED', 'A RED item waits for you'],
])('%s: only that something waits', async (label, subject) => {
  const thread = await write('lucia', ['desta'], label, 'sealed wombats');
  await write('lucia', ['desta'], 'TLP:CLEAR', 'CLEAR quokkas');
  await run();
  const [mail, ...more] = to('desta');
  expect(more).toEqual([]);
  expect(mail).toContain(`Subject: ${subject}`);
  // What is CLEAR is said; of the other nothing, nor the title that both share.
  expect(mail!.match(/quokkas/g)).toHaveLength(1);
  expect(mail).toContain('CLEAR quokkas');
  for (const secret of ['sealed', 'They']) expect(mail!.replace(/^From:.*$/m, '')).not.toContain(secret);
  await read('desta', thread);
});

test('one click of a mail program turns it off, without signing in; looking does not', async () => {
  const thread = await write('jonas', ['mei', 'desta'], 'TLP:GREEN');
  await run();
  const mail = to('mei')[0]!;
  expect(mail).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
  const link = /^List-Unsubscribe:\s*<http:\/\/localhost:\d+(\/mail\/stop\/[\w-]{43})>/m.exec(mail)?.[1];
  expect(link).toBeDefined();
  const stranger = new Visitor(hub.base);
  expect((await stranger.get(link!)).text).toContain('Stop these mails');
  const mei = new Visitor(hub.base);
  mei.cookies.set('indaba', await community.cookie('mei'));
  const never = /name="mail_direct"[\s\S]*?value="never" selected/;
  expect((await mei.get('/account/told')).text).not.toMatch(never);
  const answer = await fetch(hub.base + link, {
    method: 'POST',
    body: 'List-Unsubscribe=One-Click',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  expect(answer.status).toBe(200);
  expect(await answer.text()).toContain('stopped');
  expect((await stranger.post(link!, {})).text).toContain('no more of these mails');
  expect((await mei.get('/account/told')).text).toMatch(never);
  await read('mei', thread);
  await write('jonas', ['mei', 'desta'], 'TLP:GREEN');
  await run();
  expect([to('mei').length, to('desta').length]).toEqual([1, 1]);
  // On again, by the page; a token that only reads may not.
  expect((await mei.post('/account/told?/choose', { mail_direct: 'now', quiet_from: '', quiet_until: '' })).text).toContain('Saved.');
  const { token } = await as(await be('mei'), (tx) => createToken(tx, { name: 't', scopes: [], days: 1 }));
  const api = (method: string) =>
    fetch(`${hub.base}/api/v1/me/telling`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(method === 'PATCH' && { body: '{"mail_direct":"never"}' }),
    });
  expect(await (await api('GET')).json()).toMatchObject({ mail_direct: 'now', mail_followed: 'daily', digest_at: '08:00', quiet_from: null });
  expect((await api('PATCH')).status).toBe(404);
  await write('jonas', ['mei', 'desta'], 'TLP:GREEN');
  await run();
  expect(to('mei').length).toBe(2);
  const wrong = await stranger.post(`/mail/stop/${'x'.repeat(43)}`, {});
  expect([wrong.status, wrong.text.includes('too old or not complete')]).toEqual([404, true]);
});

test('a mail the server does not take is tried again, and is still one', async () => {
  await write('desta', ['mei'], 'TLP:GREEN');
  mailbox.refuse('mei@example.test');
  await expect(run()).rejects.toThrow();
  mailbox.refuse(null);
  await run();
  await run();
  expect(to('mei').length).toBe(1);
});

test('a mail that a dying process had claimed goes out after ten minutes, not before', async () => {
  await write('desta', ['jonas', 'mei'], 'TLP:GREEN');
  await tell();
  await community.behind("update app.notices set mail_claimed_at = now() - interval '9 minutes' where mail_due is not null");
  await run();
  expect(to('jonas')).toEqual([]);
  await community.behind("update app.notices set mail_claimed_at = now() - interval '11 minutes' where mail_claimed_at is not null");
  await run();
  expect(to('jonas').length).toBe(1);
});

test('two workers at once send each mail once', async () => {
  await write('desta', ['jonas', 'lucia'], 'TLP:GREEN');
  await tell();
  await community.behind('update app.notices set mail_due = now() where mail_due is not null');
  await Promise.all([sendMails(), sendMails(), tell(), sendMails()]);
  expect([to('jonas').length, to('lucia').length]).toEqual([1, 1]);
});

test('whoever is suspended or has left gets none', async () => {
  await write('amina', ['desta', 'mei'], 'TLP:GREEN');
  await community.behind("update app.members set status = 'suspended' where slug = 'desta'");
  await run();
  expect([to('desta').length, to('mei').length]).toEqual([0, 1]);
});

test('who may ask whom to tell: the clerk alone; nobody reads or writes the notices', async () => {
  for (const slug of ['amina', 'mei', 'lucia', 'eve']) {
    const actor = await be(slug);
    for (const statement of [
      sql`select app.tell()`,
      sql`select * from app.claim_mails(5)`,
      sql`select app.mails_sent(array[${newId()}]::uuid[], true)`,
      sql`select * from app.notice_mails`,
      sql`select * from app.telling`,
      sql`select mail_due from app.notices`,
      sql`insert into app.notices (member_id) values (app.me())`,
    ])
      await expect(as(actor, (tx) => statement.execute(tx))).rejects.toMatchObject({ status: 404 });
  }
});
