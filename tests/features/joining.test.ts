/** Applying, vetting and joining through the real server, real mail and a real name server. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { forgetConfig } from '#platform/config.server.ts';
import { startWorker } from '../../src/worker.ts';
import { type Hub, openHub, Visitor } from '../support/hub.ts';
import { linkIn, type Mailbox, openMailbox } from '../support/mailbox.ts';
import { type NameServer, openNameServer } from '../support/name-server.ts';
import { type Community, plantCommunity } from '../support/people.ts';

const PASSWORD = 'nine small lanterns';
let community: Community;
let hub: Hub;
let worker: Awaited<ReturnType<typeof startWorker>>;
let mailbox: Mailbox;
let names: NameServer;

// Mails are waited for up to a minute: the machine may be busy.
vi.setConfig({ testTimeout: 120_000 });
beforeAll(async () => {
  community = await plantCommunity({ demo: true });
  mailbox = await openMailbox();
  names = await openNameServer();
  hub = await openHub();
  worker = await startWorker(community.database.worker);
});
afterAll(async () => {
  await worker?.stop();
  await hub?.close();
  await mailbox?.close();
  await names?.close();
  forgetConfig();
  await community.database.drop();
});

async function become(slug: string): Promise<Visitor> {
  const visitor = new Visitor(hub.base);
  await visitor.post('/signin?/become', { slug });
  return visitor;
}
const form = (domain: string, more: Record<string, string> = {}) => ({
  name: 'Payments Office of Norland',
  kind: 'regulator',
  mandate: 'Mobile money, by the Payments Act 2019.',
  jurisdictions: 'Norland',
  domain,
  name_1: 'Ada Berg',
  role_1: 'Head of supervision',
  email_1: `ada@${domain}`,
  name_2: 'Bo Dahl',
  role_2: 'Analyst',
  email_2: `bo@${domain}`,
  locale: 'en',
  why: '',
  retry_key: crypto.randomUUID(),
  ...more,
});
const privateLink = (mail: string): string => new URL(/http:\/\/localhost:\d+\/apply\/[\w-]{43}/.exec(mail)![0]).pathname;
async function until(what: () => Promise<boolean>): Promise<void> {
  for (let n = 0; n < 600; n++) {
    if (await what()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('waited in vain');
}
const idOf = async (name: string) =>
  (await community.behind<{ id: string }>(`select id from app.applications where name = '${name}' order by made_at desc limit 1`))[0]!.id;

test('from the public form to two focal points who are in, each step told', async () => {
  const anybody = new Visitor(hub.base);
  expect((await anybody.get('/')).text).toContain('href="/apply"');
  expect((await anybody.get('/apply')).text).toContain('Apply to take part');
  expect((await anybody.post('/apply', form('norland.example'))).location).toBe('/apply/sent');
  const [ada, bo] = await Promise.all(['ada', 'bo'].map(async (who) => privateLink(await mailbox.to(`${who}@norland.example`))));
  expect(ada).not.toBe(bo);
  // A scanner opens the link, by GET and HEAD: nothing is confirmed.
  for (let n = 0; n < 3; n++) expect((await new Visitor(hub.base).get(ada!)).text).toContain('Are you Ada Berg?');
  expect((await fetch(hub.base + ada!, { method: 'HEAD' })).status).toBe(200);
  expect(await community.behind('select 1 from app.application_contacts where confirmed_at is not null')).toEqual([]);
  // Nor by a form from elsewhere.
  expect((await anybody.post(`${ada}?/confirm`, {}, { origin: 'https://elsewhere.example' })).status).toBe(403);
  const page = await anybody.get(ada!);
  expect([page.headers.get('cache-control'), page.headers.get('referrer-policy')]).toEqual(['private, no-store', 'same-origin']);
  expect((await anybody.post(`${ada}?/confirm`)).text).toContain('Bo Dahl has not confirmed yet');
  expect((await anybody.post(`${bo}?/confirm`)).text).toContain('show that norland.example is yours');
  expect(await mailbox.to('lucia@example.test', 'Payments Office of Norland')).toContain('/applications/');
  // The record, looked for by the button.
  const { text } = await anybody.get(ada!);
  names.records.set('_indaba.norland.example', [/indaba-verification=[0-9a-f]{32}/.exec(text)![0]]);
  const looked = await anybody.post(`${ada}?/check`);
  expect([looked.status, looked.location?.startsWith(`${ada}?since=`)]).toEqual([303, true]);
  await until(async () => (await anybody.get(ada!)).text.includes('Proved by the record in the DNS.'));
  // It has looked: what was said while it looked is gone, and loading the page again asks for nothing.
  expect((await anybody.get(looked.location!)).text).not.toContain('The hub is looking.');
  expect((await anybody.post(`${ada}?/add`, { text: 'Our chair signed <b>today</b>.' })).text).toContain('Our chair signed &lt;b>today');
  // Vetting.
  const lucia = await become('lucia');
  const address = `/applications/${await idOf('Payments Office of Norland')}`;
  expect((await lucia.get('/organizations')).text).toContain('1 application waits');
  expect((await lucia.get('/applications')).text).toContain(address);
  expect((await lucia.get('/')).text).toContain(`href="${address}"`);
  for (const who of ['amina', 'desta', 'karim', 'eve']) {
    expect((await (await become(who)).get(address)).status).toBe(404);
    expect((await (await become(who)).get('/applications')).status).toBe(404);
  }
  expect((await lucia.get(address)).text).toContain('A question of the checklist has no answer yet.');
  expect((await lucia.post(`${address}?/answer`, { question: 'mandate', answer: 'yes', remark: '' })).text).toContain('Say what you did to find out');
  for (const question of ['mandate', 'domain', 'called_back', 'contacts_known', 'no_objection', 'no_duplicate'])
    expect((await lucia.post(`${address}?/answer`, { question, answer: 'yes', remark: `Found out: ${question}` })).status).toBe(200);
  expect((await anybody.get(ada!)).text).toContain('A steward is looking at your application.');
  // The hub has one steward only: said, and not waved through.
  expect((await lucia.get(address)).text).toContain('Give the duty of steward to somebody you trust');
  expect((await lucia.post(`${address}?/finish`)).text).toContain('Waiting for a second steward');
  const alone = await lucia.post(`${address}?/admit`);
  expect([alone.status, alone.text.includes('Give the duty of steward')]).toEqual([404, true]);
  await community.behind(`insert into app.hub_roles (member_id, role) values ('${community.ids.jonas}', 'steward')`);
  const jonas = await become('jonas');
  expect((await jonas.get(address)).text).toContain('Lucia has vetted it. A second steward has to confirm.');
  expect((await jonas.post(`${address}?/admit`)).location).toBe('/organizations/payments-office-of-norland?admitted');
  const admitted = (await jonas.get('/organizations/payments-office-of-norland?admitted')).text;
  expect(
    ['Both contacts are invited as focal points', 'Invited by the hub', 'Invite the focal point first', 'Invited by Jonas'].map((words) =>
      admitted.includes(words),
    ),
  ).toEqual([true, true, false, false]);
  expect((await anybody.get(ada!)).text).toContain('Payments Office of Norland takes part.');
  // The private link is no invitation; the invitation is, once.
  expect((await anybody.get(ada!.replace('/apply/', '/join/'))).text).not.toContain('Join Payments Office');
  const accepted = await mailbox.to('ada@norland.example', '/join/');
  for (const words of ['accepted the application of Payments Office of Norland', 'Hello Ada Berg,', 'of Indaba']) expect(accepted).toContain(words);
  for (const words of ['Jonas', 'Lucia']) expect(accepted).not.toContain(words);
  const join = linkIn(accepted);
  const berg = new Visitor(hub.base);
  expect((await berg.post(join, { name: 'Ada Berg', password: PASSWORD, role: 'steward', organization: 'lumaria', email: 'other@evil.example' })).status).toBe(
    303,
  );
  expect((await berg.get('/organizations/payments-office-of-norland')).text).toContain('Invite a colleague');
  expect((await berg.get('/applications')).status).toBe(404);
  expect(
    await community.behind(`select o.slug, ms.role, a.email, array(select role from app.hub_roles r where r.member_id = ms.member_id) as duties from app.memberships ms join app.organizations o on o.id = ms.organization_id
    join app.accounts a on a.member_id = ms.member_id where a.email like '%norland.example'`),
  ).toEqual([{ slug: 'payments-office-of-norland', role: 'focal_point', email: 'ada@norland.example', duties: [] }]);
  expect((await new Visitor(hub.base).post(join, { name: 'Ada Again', password: PASSWORD })).status).toBe(404);
  expect((await berg.get('/organizations/payments-office-of-norland/domains')).text).toContain('Proved by a record in the DNS');
});

test('refused with a reason: by mail, and behind the link', async () => {
  const anybody = new Visitor(hub.base);
  await anybody.post('/apply', form('sudland.example', { name: 'Bank Watch of Sudland' }));
  const link = privateLink(await mailbox.to('ada@sudland.example'));
  expect((await anybody.post(`${link}?/confirm`)).status).toBe(200);
  const lucia = await become('lucia');
  const address = `/applications/${await idOf('Bank Watch of Sudland')}`;
  expect((await lucia.post(`${address}?/refuse`, { reason: '' })).text).toContain('A reason is needed.');
  expect((await lucia.post(`${address}?/refuse`, { reason: 'Two lines:\nno law yet.' })).text).toContain('Refused by Lucia');
  expect(await mailbox.to('ada@sudland.example', 'no law yet.')).not.toContain('Lucia');
  const page = (await anybody.get(link)).text;
  expect([page.includes('no law yet.'), page.includes('Lucia'), page.includes('?/confirm')]).toEqual([true, false, false]);
  expect((await anybody.post(`${link}?/confirm`)).status).toBe(404);
});

test('refused before anybody confirmed: no mail is queued, for they may never have heard of it', async () => {
  await new Visitor(hub.base).post('/apply', form('estland.example', { name: 'Office of Estland' }));
  await mailbox.to('bo@estland.example');
  const id = await idOf('Office of Estland');
  expect((await (await become('lucia')).post(`/applications/${id}?/refuse`, { reason: 'Made up.' })).text).toContain('Refused by Lucia');
  const queued = await community.behind(
    `select 1 from graphile_worker._private_jobs j where j.payload::text like '%${id}%' and j.payload::text like '%refused%'`,
  );
  expect(queued).toEqual([]);
});

test('a steward is warned in words of a domain that looks like a known one', async () => {
  const anybody = new Visitor(hub.base);
  await anybody.post('/apply', form('norIand.example'.replace('I', '1'), { name: 'Payments Office of North' }));
  const lucia = await become('lucia');
  expect((await lucia.get(`/applications/${await idOf('Payments Office of North')}`)).text).toContain(
    'Looks almost like norland.example, which is known here.',
  );
});

test('what is typed wrong is said at the field, and nothing typed is lost; too many forms from one place wait', async () => {
  const anybody = new Visitor(hub.base, { 'x-test': '1' });
  const answer = await anybody.post('/apply', form('norland.example', { email_2: 'bo@evil-norland.example', mandate: '', why: 'Because <we> care' }));
  expect(answer.status).toBe(422);
  for (const words of ['This address is not at the official domain.', 'Say what your mandate is', 'Because &lt;we> care', 'Ada Berg'])
    expect(answer.text).toContain(words);
  let last = answer;
  for (let n = 0; n < 12; n++) last = await anybody.post('/apply', form(`many${n}.example`, { name: `Many ${n}` }));
  expect([last.status, last.text.includes('Many 11')]).toEqual([429, true]);
});

test('naming somebody who is a member already touches nothing of theirs, and gives no way into their account', async () => {
  await community.behind(`update app.accounts set email = 'mei@sando.example', email_key = 'mei@sando.example' where member_id = '${community.ids.mei}'`);
  await community.behind('delete from app.rate_buckets');
  const anybody = new Visitor(hub.base);
  await anybody.post('/apply', form('sando.example', { name: 'False Sandoria', email_2: 'mei@sando.example', name_2: 'Mei' }));
  const link = privateLink(await mailbox.to('mei@sando.example'));
  const before = await community.behind(
    `select a.*, m.name from app.accounts a join app.members m on m.id = a.member_id where a.member_id = '${community.ids.mei}'`,
  );
  expect((await anybody.post(`${link}?/confirm`)).status).toBe(200);
  expect((await anybody.get('/account')).status).toBe(303);
  expect(
    await community.behind(`select a.*, m.name from app.accounts a join app.members m on m.id = a.member_id where a.member_id = '${community.ids.mei}'`),
  ).toEqual(before);
  // Even admitted, the invitation to that address makes no second account and changes no role.
  const id = await idOf('False Sandoria');
  await community.behind(`update app.applications set confirmed_at = now(), proved_at = now(), method = 'dns' where id = '${id}'`);
  await community.behind(
    `insert into app.vetting_answers (application_id, question, answer, remark, byline_id) select '${id}', q.code, 'yes', 'x', b.id from app.vetting_questions q, app.bylines b where b.member_id = '${community.ids.lucia}'`,
  );
  await (await become('lucia')).post(`/applications/${id}?/finish`);
  const admitted = await (await become('jonas')).post(`/applications/${id}?/admit`);
  expect(/class="note stop"[^>]*>([^<]*)/.exec(admitted.text)?.[1], 'nothing stands in the way').toBeUndefined();
  expect(admitted.status).toBe(303);
  const join = linkIn(await mailbox.to('mei@sando.example', '/join/'));
  expect((await new Visitor(hub.base).post(join, { name: 'Mei', password: PASSWORD })).status).toBe(409);
  expect(
    await community.behind(
      `select o.slug from app.memberships ms join app.organizations o on o.id = ms.organization_id where ms.member_id = '${community.ids.mei}'`,
    ),
  ).toEqual([{ slug: 'sandoria' }]);
});
