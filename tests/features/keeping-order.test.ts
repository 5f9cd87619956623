/** Searching with filters, reporting, deciding and answering through the door, by forms alone; with the mails it makes, by a real mail server. */
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { mailModeration } from '#domains/conversations/moderation/mail-moderation.server.ts';
import { postMessage } from '#domains/conversations/post-message.server.ts';
import { startThread } from '#domains/conversations/start-thread.server.ts';
import { as } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';
import { cast, type Cast, type Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { type Hub, openHub, Visitor } from '../support/hub.ts';
import { ownKeys } from '../support/keys.ts';
import { type Mailbox, openMailbox } from '../support/mailbox.ts';

vi.setConfig({ testTimeout: 120_000 });
let db: FreshDatabase;
let c: Cast;
let hub: Hub;
let mailbox: Mailbox;
const browsers = {} as Record<Name, Visitor>;
const people: Name[] = ['amina', 'jonas', 'mei', 'noor', 'pita', 'lucia'];
let thread: string;
let first: string;

beforeAll(async () => {
  db = await freshDatabase();
  c = await cast(db);
  await ownKeys(db.owner);
  mailbox = await openMailbox();
  await c.behind(`insert into app.hub_roles values ($1, 'moderator')`, [c.member.noor]);
  for (const name of people)
    await c.behind(`insert into app.accounts (member_id, email, email_key) values ($1, $2, $2) on conflict (member_id) do update set email = $2`, [
      c.member[name],
      `${name}@example.test`,
    ]);
  hub = await openHub();
  for (const name of people) {
    browsers[name] = new Visitor(hub.base);
    browsers[name].cookies.set('indaba', (await c.signIn(name)).cookie);
  }
  const begun = await as(c.as('jonas'), (tx) =>
    startThread(tx, { conversation_id: c.channel['all-members'].conversationId, title: 'Long talk', body: 'pangolin number 1', retry_key: newId() }),
  );
  thread = begun.thread_id;
  first = begun.id;
  // A long thread, as it comes about in months.
  await c.behind(
    `insert into app.messages (id, conversation_id, thread_id, audience_id, byline_id, body, retry_key, body_hash)
      select gen_random_uuid(), t.conversation_id, t.id, t.audience_id, $2, 'ordinary number ' || n, gen_random_uuid(), '' from app.threads t, generate_series(2, 3000) n where t.id = $1`,
    [thread, c.byline.jonas],
  );
}, 180_000);
afterAll(async () => {
  await hub?.close();
  await mailbox?.close();
  await db?.drop();
});

/** Runs the mails that wait in the queue, as the worker would. */
async function mails(): Promise<void> {
  const rows = await c.behind<{ id: string; payload: { ids: never } }>(
    `select j.id::text, j.payload from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id where t.identifier = 'conversations.mail-moderation' order by j.id`,
  );
  for (const { payload } of rows) await mailModeration(payload);
  await c.behind(`delete from graphile_worker._private_jobs where id = any($1::bigint[])`, [rows.map(({ id }) => id)]);
}
const to = (name: Name) => mailbox.all(`${name}@example.test`);

test('what was found opens in its context, in the middle of three thousand messages, with ways on', async () => {
  const answer = await browsers.amina.get('/search?q=pangolin&from=jonas&in=%23all-members&after=2020');
  expect(answer.status).toBe(200);
  expect(answer.text).toContain(`/m/${first}`);
  const led = await browsers.amina.get(`/m/${first}`);
  expect(led.status).toBe(303);
  expect(led.location).toContain(`#m-${first}`);
  const page = await browsers.amina.get(led.location!.split('#')[0]!);
  expect(page.text).toContain(`id="m-${first}"`);
  expect(page.text).toContain('Newer messages');
  expect(page.text).toContain('The newest messages');
  const [middle] = await c.behind<{ id: string }>('select id from app.messages where thread_id = $1 and thread_number = 1500', [thread]);
  const there = await browsers.amina.get(`/m/${middle!.id}`);
  const around = (await browsers.amina.get(there.location!.split('#')[0]!)).text;
  expect(around).toContain(`id="m-${middle!.id}"`);
  for (const number of [1480, 1520]) expect(around).toContain(`ordinary number ${number}<`);
  // Each way leads to a page that goes on where this one ends.
  const later = /href="([^"]*before=\d+[^"]*)">Newer messages/.exec(around)![1]!.replaceAll('&amp;', '&');
  const next = (await browsers.amina.get(new URL(later, `${hub.base}${there.location!.split('#')[0]!}`).href.replace(hub.base, ''))).text;
  expect(next).toContain('ordinary number 1525<');
  expect(next).not.toContain('ordinary number 1524<');
});

test('a fault in a question is told, and everything typed stays', async () => {
  const { text, status } = await browsers.amina.get('/search?q=pangolin&from=jonas&before=tomorrow&tlp=TLP:GREEN');
  expect(status).toBe(200);
  expect(text).toContain('“tomorrow” is not a day');
  for (const kept of ['value="pangolin"', 'value="jonas"', 'value="tomorrow"', '<option value="TLP:GREEN" selected']) expect(text).toContain(kept);
  const api = await fetch(`${hub.base}/api/v1/search?q=pangolin&before=tomorrow`);
  expect(api.status).toBe(422);
  expect((await api.json()).code).toBe('search.query.bad_date');
});

test('many searches of one member at the same moment do not wait for each other', async () => {
  await c.behind('delete from app.rate_buckets');
  const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => browsers.amina.get(`/search?q=ordinary+${n}`)));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
});

test('reported, removed, answered, put back: by forms alone, each told by mail without a word of it', async () => {
  const { id } = await as(c.as('jonas'), (tx) => postMessage(tx, { thread_id: thread, body: 'You wombat', retry_key: newId() }));
  const about = await browsers.pita.get(`/m/${id}/about`);
  expect(about.text).toContain(`/m/${id}/report`);
  expect((await browsers.jonas.get(`/m/${id}/about`)).text).not.toContain(`/m/${id}/report`);
  expect((await browsers.pita.post(`/m/${id}/report`, { reason: '', words: 'Kept words' })).text).toContain('Kept words');
  expect((await browsers.pita.post(`/m/${id}/report`, { reason: 'insult', words: 'He says wombat.' })).location).toBe('/reports');
  expect((await browsers.pita.get('/reports')).text).toContain('Waits for a moderator');
  await mails();
  expect((await to('noor')).length).toBe(1);
  // Whoever decides is rung on every page, with the place and the reason, and without the words.
  const rung = (await browsers.noor.get('/catch-up')).text;
  expect(rung).toMatch(/href="\/moderation"[^>]*>Moderation <b class="n">1</);
  expect(rung).toContain('A report waits for a decision: insult or harassment');
  expect(/<section aria-labelledby="order-h"[\s\S]*?<\/section>/.exec(rung)![0]).not.toMatch(/wombat|Jonas|Pita/);
  for (const name of ['amina', 'jonas', 'pita'] as const) expect((await browsers[name].get('/catch-up')).text, name).not.toMatch(/\/moderation|A report waits/);
  const queue = (await browsers.noor.get('/moderation')).text;
  for (const shown of ['You wombat', 'He says wombat.', 'Pita', 'Jonas']) expect(queue).toContain(shown);
  expect((await browsers.amina.get('/moderation')).text).not.toContain('You wombat');
  expect((await browsers.jonas.get('/moderation')).text).not.toContain('wombat');
  const done = await browsers.noor.post('/moderation?/remove', { message_id: id, reason: 'insult', words: 'Stay friendly.' });
  expect(done.text).toContain('Done. Those concerned are told.');
  const page = (await browsers.amina.get(`/channels/all-members/${thread}?before=end`)).text;
  expect(page).toContain('Removed by a moderator: insult or harassment.');
  expect(page).not.toContain('wombat');
  await mails();
  expect((await to('jonas')).length).toBe(1);
  expect((await to('pita')).length).toBe(1);
  for (const name of people) for (const mail of await to(name)) expect(JSON.stringify(mail)).not.toMatch(/wombat|all-members|Long talk|friendly/);
  expect((await browsers.noor.get('/catch-up')).text).not.toContain('A report waits');
  expect((await browsers.pita.get('/catch-up')).text).toContain('Your report: The message was removed');
  expect((await browsers.pita.get('/catch-up')).text).toMatch(/Everything up to [^<]*\d\d:\d\d:\d\d/);
  expect((await browsers.jonas.get('/catch-up')).text).toContain('A message of yours was removed: insult or harassment');
  const mine = (await browsers.jonas.get('/reports')).text;
  // Seen is seen.
  expect((await browsers.jonas.get('/catch-up')).text).not.toContain('A message of yours was removed');
  for (const shown of ['A message of yours was removed', 'You wombat', 'Stay friendly.', 'Your answer']) expect(mine).toContain(shown);
  expect(mine).not.toContain('Pita');
  const act = /name="id" value="([0-9a-f-]{36})"/.exec(mine)![1]!;
  expect((await browsers.jonas.post('/reports?/answer', { id: act, answer: 'A wombat is a compliment.' })).text).toContain('Your answer waits');
  expect((await browsers.noor.post('/moderation?/uphold', { id: act, words: '' })).text).toContain('You decided this yourself');
  // Lucía opened the channel: she is one of its keepers.
  expect((await browsers.lucia.get('/moderation')).text).toContain('A wombat is a compliment.');
  await browsers.lucia.post('/moderation?/restore', { id: act, words: 'It is.' });
  expect((await browsers.amina.get(`/channels/all-members/${thread}`)).text).toContain('You wombat');
  expect((await browsers.jonas.get('/reports')).text).toContain('It was undone');
});

test('restricted: the page says so in place of the form, and nothing typed is lost when it comes in between', async () => {
  await browsers.noor.post('/moderation?/restrict', {
    person: 'jonas',
    where: c.channel['all-members'].conversationId,
    days: '3',
    reason: 'spam',
    words: 'A pause.',
  });
  const page = (await browsers.jonas.get(`/channels/all-members/${thread}`)).text;
  expect(page).toContain('You may read here and not write until');
  expect(page).not.toContain('name="retry_key"');
  const tried = await browsers.jonas.post(`/channels/all-members/${thread}?/post`, { thread_id: thread, body: 'Typed before', retry_key: newId() });
  expect(tried.status).toBe(403);
  const { token } = { token: (await c.signIn('jonas', ['read', 'write'])).cookie };
  const api = await fetch(`${hub.base}/api/v1/threads/${thread}/messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ body: 'By program' }),
  });
  expect(api.status).toBe(403);
  expect((await api.json()).code).toBe('conversations.member.restricted');
  // What was written ahead is refused at its minute, and kept.
  await as(c.as('jonas'), (tx) =>
    sql`insert into app.scheduled_messages (id, member_id, conversation_id, audience_id, thread_id, body, retry_key, send_at) select ${newId()}, app.me(), conversation_id, audience_id, id, 'Ahead', ${newId()}, now() + interval '1 hour' from app.threads where id = ${thread}`.execute(
      tx,
    ),
  );
  await c.behind(`update app.scheduled_messages set send_at = now() - interval '1 minute'`);
  await (await import('#domains/conversations/send-scheduled.server.ts')).sendScheduled();
  expect(await c.behind('select state, why from app.scheduled_messages')).toEqual([{ state: 'refused', why: 'conversations.member.restricted' }]);
});

test('a poll is scheduled with its message by the form alone; a file cannot wait, and nothing typed is lost', async () => {
  const form = {
    thread_id: thread,
    body: 'Which day suits you?',
    poll_options: 'Monday\nTuesday',
    send_at: new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 16),
    retry_key: newId(),
  };
  const address = `/channels/all-members/${thread}?/schedule`;
  const refused = await browsers.amina.post(address, { ...form, upload: newId() });
  for (const kept of ['Files cannot wait with a message', 'Which day suits you?', 'Tuesday']) expect(refused.text).toContain(kept);
  expect((await browsers.amina.get('/scheduled')).text).not.toContain('Which day suits you?');
  expect((await browsers.amina.post(address, form)).location).toBe('/scheduled');
  const list = (await browsers.amina.get('/scheduled')).text;
  for (const shown of ['Which day suits you?', 'Asked with it:', 'Monday', 'Tuesday']) expect(list).toContain(shown);
  expect((await browsers.mei.get('/scheduled')).text).not.toContain('Which day suits you?');
});
