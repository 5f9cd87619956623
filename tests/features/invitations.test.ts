import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { findPerson } from '#domains/people/directory.server.ts';
import { firstStewardLink } from '#domains/people/first-steward.server.ts';
import { inviteColleague } from '#domains/people/invite-colleague.server.ts';
import { listInvitations } from '#domains/people/queries.server.ts';
import { forgetConfig } from '#platform/config.server.ts';
import { as } from '#platform/database/open.server.ts';
import { startWorker } from '../../src/worker.ts';
import { type Hub, openHub, Visitor } from '../support/hub.ts';
import { linkIn, type Mailbox, openMailbox } from '../support/mailbox.ts';
import { type Community, plantCommunity } from '../support/people.ts';

const PASSWORD = 'nine small lanterns';
let community: Community;
let hub: Hub;
let worker: { stop(): Promise<void> } | undefined;
let mailbox: Mailbox;

// Mails are waited for up to a minute: the machine may be busy.
vi.setConfig({ testTimeout: 120_000 });
beforeAll(async () => {
  community = await plantCommunity({ demo: true });
  mailbox = await openMailbox();
  hub = await openHub();
  worker = await startWorker(community.database.worker);
});
afterAll(async () => {
  await worker?.stop();
  await hub?.close();
  await mailbox?.close();
  forgetConfig();
  await community.database.drop();
});

const mailTo = (address: string) => mailbox.to(address);
async function become(slug: string): Promise<Visitor> {
  const visitor = new Visitor(hub.base);
  await visitor.post('/signin?/become', { slug });
  return visitor;
}
/** Somebody invites an address through the page and the link arrives by mail. */
async function invited(by: string, organization: string, email: string): Promise<string> {
  const answer = await (await become(by)).post(`/organizations/${organization}?/invite`, { email });
  expect(answer.text).toContain(`The mail is on its way to ${email}.`);
  return linkIn(await mailTo(email));
}

describe('an invitation', () => {
  test('comes by mail, survives a scanner that opens it, and makes one member of that organization', async () => {
    const link = await invited('desta', 'lumaria', 'ruvi@ta.example');
    expect(await mailTo('ruvi@ta.example')).toContain('Desta invites you');
    for (let n = 0; n < 3; n++) expect((await new Visitor(hub.base).get(link)).text).toContain('Join Telecommunications Authority of Lumaria');
    expect((await fetch(hub.base + link, { method: 'HEAD' })).status).toBe(200);
    const ruvi = new Visitor(hub.base);
    expect((await ruvi.get(link)).headers.get('cache-control')).toContain('no-store');
    expect((await ruvi.post(link, { name: 'Ruvi Okoth', password: PASSWORD })).status).toBe(303);
    expect((await ruvi.get('/account')).text).toContain('ruvi@ta.example');
    const person = await as(await community.be('amina'), (tx) => findPerson(tx, 'ruvi-okoth'));
    expect(person?.organizations).toMatchObject([{ slug: 'lumaria', role: 'member' }]);
  });
  test('works once', async () => {
    const link = await invited('desta', 'lumaria', 'once@ta.example');
    expect((await new Visitor(hub.base).post(link, { name: 'First', password: PASSWORD })).status).toBe(303);
    const second = new Visitor(hub.base);
    expect((await second.post(link, { name: 'Second', password: PASSWORD })).status).toBe(404);
    expect(second.cookies.has('indaba')).toBe(false);
    expect((await second.get(link)).text).toContain('This link does not work any more');
  });
  test('two at the same moment make one member', async () => {
    const link = await invited('desta', 'lumaria', 'race@ta.example');
    const both = await Promise.all(['A', 'B'].map((name) => new Visitor(hub.base).post(link, { name, password: PASSWORD })));
    expect(both.map((each) => each.status).sort()).toEqual([303, 404]);
  });
  test('is bound to its organization and its role, whatever the form says', async () => {
    const link = await invited('jonas', 'bank', 'clerk@bank.example');
    const form = {
      name: 'Sly',
      password: PASSWORD,
      role: 'focal_point',
      organization: 'secretariat',
      organization_id: community.organizations['secretariat']!,
      email: 'lucia@example.test',
      hub_roles: 'steward',
    };
    expect((await new Visitor(hub.base).post(link, form)).status).toBe(303);
    const person = await as(await community.be('lucia'), (tx) => findPerson(tx, 'sly'));
    expect(person).toMatchObject({ duties: [], organizations: [{ slug: 'bank', role: 'member' }] });
  });
  test('dies with the right of whoever invited', async () => {
    const link = await invited('jonas', 'bank', 'late@bank.example');
    await as({ kind: 'clerk' }, (tx) => sql`update app.memberships set role = 'member' where member_id = ${community.ids['jonas']}`.execute(tx));
    expect((await new Visitor(hub.base).get(link)).text).toContain('This link does not work any more');
    expect((await new Visitor(hub.base).post(link, { name: 'Late', password: PASSWORD })).status).toBe(404);
    await as({ kind: 'clerk' }, (tx) => sql`update app.memberships set role = 'focal_point' where member_id = ${community.ids['jonas']}`.execute(tx));
    await as({ kind: 'clerk' }, (tx) => sql`update app.members set status = 'suspended' where id = ${community.ids['jonas']}`.execute(tx));
    expect((await new Visitor(hub.base).post(link, { name: 'Late', password: PASSWORD })).status).toBe(404);
    await as({ kind: 'clerk' }, (tx) => sql`update app.members set status = 'active' where id = ${community.ids['jonas']}`.execute(tx));
  });
  test('taken back, followed by a newer one, or over its time, is dead', async () => {
    const lucia = await become('lucia');
    const link = await invited('lucia', 'sandoria', 'gone@fso.example');
    const [open] = await as(await community.be('lucia'), (tx) => listInvitations(tx, community.organizations['sandoria']!));
    await lucia.post('/organizations/sandoria?/revoke', { id: open!.id });
    expect((await new Visitor(hub.base).post(link, { name: 'Gone', password: PASSWORD })).status).toBe(404);

    const first = await invited('lucia', 'sandoria', 'twice@fso.example');
    mailbox.forget();
    const second = await invited('lucia', 'sandoria', 'twice@fso.example');
    expect((await new Visitor(hub.base).post(first, { name: 'Twice', password: PASSWORD })).status).toBe(404);
    await as({ kind: 'clerk' }, (tx) => sql`update app.invitations set expires_at = now() - interval '1 minute' where email = 'twice@fso.example'`.execute(tx));
    expect((await new Visitor(hub.base).post(second, { name: 'Twice', password: PASSWORD })).status).toBe(404);
  });
  test('names and addresses that look like somebody else’s are refused, and nothing typed is lost', async () => {
    const amina = await become('desta');
    // Cyrillic а and е.
    for (const email of ['аmina@example.test', 'amina@examplе.test', 'amina@example.test\r\nBcc: eve@example.test']) {
      expect((await amina.post('/organizations/lumaria?/invite', { email })).status, email).toBe(422);
    }
    const link = await invited('desta', 'lumaria', 'alike@ta.example');
    for (const name of ['Lucіa', 'Lu\u200bcia', 'Lucia\u202e', '']) {
      const answer = await new Visitor(hub.base).post(link, { name, password: PASSWORD });
      expect(answer.status, name).toBe(422);
    }
    expect((await new Visitor(hub.base).post(link, { name: 'Alike', password: 'short' })).text).toContain('value="Alike"');
    // The same letters in other capitals are the same address.
    const again = await invited('desta', 'lumaria', 'AMINA@example.test');
    const answer = await new Visitor(hub.base).post(again, { name: 'Amina', password: PASSWORD });
    expect([answer.status, answer.text.includes('a member already')]).toEqual([409, true]);
    // The name of another is allowed (people share names), the address of their page is not taken over.
    await new Visitor(hub.base).post(link, { name: 'Lucia', password: PASSWORD });
    expect((await as(await community.be('amina'), (tx) => findPerson(tx, 'lucia')))?.id).toBe(community.ids['lucia']);
  });
  test('the queue and the database hold no link', async () => {
    const link = await invited('desta', 'lumaria', 'secret@ta.example');
    const token = link.split('/').at(-1)!;
    const key = createHash('sha256').update(token).digest('hex');
    const { Client } = await import('pg');
    const client = new Client({ connectionString: community.database.admin });
    await client.connect();
    const { rows } = await client.query(
      "select coalesce(string_agg(i::text, ' '), '') || coalesce((select string_agg(j::text, ' ') from graphile_worker._private_jobs j), '') as all from app.invitations i",
    );
    await client.end();
    expect(rows[0].all).not.toContain(token);
    expect(rows[0].all).not.toContain(key);
  });
});

describe('who may invite (rows) into which organization', () => {
  const table: [who: string, into: string, role: 'member' | 'focal_point', may: boolean][] = [
    ['lucia', 'sandoria', 'member', true],
    ['lucia', 'sandoria', 'focal_point', true],
    // Where a focal point is, whom the authority trusts is not the steward's to say.
    ['lucia', 'bank', 'member', false],
    ['lucia', 'bank', 'focal_point', false],
    ['jonas', 'bank', 'member', true],
    ['jonas', 'bank', 'focal_point', false],
    ['jonas', 'lumaria', 'member', false],
    ['amina', 'lumaria', 'member', false],
    ['mei', 'sandoria', 'member', false],
    ['karim', 'sika', 'member', false],
    ['eve', 'lumaria', 'member', false],
  ];
  test.each(table)('%s into %s as %s: %s', async (who, into, role, may) => {
    const actor = await community.be(who);
    const attempt = as(actor, (tx) =>
      inviteColleague(tx, { organizationId: community.organizations[into]!, email: `${who}-${role}@x.example`, name: '', role }),
    );
    if (may) await expect(attempt).resolves.toBeTruthy();
    else await expect(attempt).rejects.toMatchObject({ status: 404 });
  });
});

describe('an empty hub', () => {
  test('has a link for its first steward, not while there is one', async () => {
    expect(await firstStewardLink()).toBeUndefined();
    // Only an administrator's own hands make a hub without a steward.
    const { Client } = await import('pg');
    const client = new Client({ connectionString: community.database.admin });
    await client.connect();
    await client.query("update app.hub_roles set role = 'editor' where role = 'steward'").finally(() => client.end());
    const old = new URL((await firstStewardLink())!).pathname;
    const link = new URL((await firstStewardLink())!).pathname;
    const form = { name: 'Lindiwe', email: 'lindiwe@hub.example', password: PASSWORD };
    expect((await new Visitor(hub.base).post(old, form)).status).toBe(404);
    expect((await new Visitor(hub.base).post(link.replace('welcome', 'join'), form)).status).toBe(404);
    expect((await new Visitor(hub.base).get(link)).text).toContain('Set up this hub');
    const steward = new Visitor(hub.base);
    expect((await steward.post(link, form)).status).toBe(303);
    expect((await steward.get('/account')).text).toContain('lindiwe@hub.example');
    expect((await as(await community.be('amina'), (tx) => findPerson(tx, 'lindiwe')))?.duties).toEqual(['steward']);
    expect((await new Visitor(hub.base).post(link, form)).status).toBe(404);
    expect(await firstStewardLink()).toBeUndefined();
  });
});
