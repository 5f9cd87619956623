// size: one setting after another through one hub, which takes seconds to open.
/** What stewards set: who may, that it acts everywhere and at once, that each change is written down, and what the buttons that look outside say. */
import { createServer } from 'node:net';
import { sql } from 'kysely';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { changeSettings } from '#domains/hub/change-settings.server.ts';
import { listChanges } from '#domains/hub/queries.server.ts';
import { createToken } from '#domains/people/create-token.server.ts';
import { addressOfKey } from '#domains/people/authenticator.server.ts';
import { openSession } from '#domains/people/open-session.server.ts';
import { beginNewPasskey } from '#domains/people/passkey.server.ts';
import { keyOf } from '#domains/people/secrets.server.ts';
import { forgetConfig } from '#platform/config.server.ts';
import { type Actor, as } from '#platform/database/open.server.ts';
import { keptMails, sendMail } from '#platform/mail.server.ts';
import { accentRules, contrast, readable } from '#platform/settings/accent.ts';
import { initial } from '#platform/settings/table.ts';
import { freshSettings } from '#platform/settings/values.server.ts';
import { type Hub, openHub, Visitor } from '../support/hub.ts';
import { type Community, plantCommunity } from '../support/people.ts';

let community: Community;
let hub: Hub;
let lucia: Visitor;
beforeAll(async () => {
  community = await plantCommunity({ demo: true });
  hub = await openHub();
  lucia = new Visitor(hub.base);
  await lucia.post('/signin?/become', { slug: 'lucia' });
});
beforeEach(() => community.forget());
afterAll(async () => {
  await hub?.close();
  await community.database.drop();
});

const set = (actor: Actor, input: unknown) => as(actor, (tx) => changeSettings(tx, input, ['en'])).then(({ changed }) => changed);
const save = (group: string, fields: Record<string, string>) => lucia.post('/settings?/save', { group, ...fields });
const branding = { hub_name: '', contact: '', imprint: '', accent: '' };

describe('who may', () => {
  test.each([
    ['lucia', true],
    ['desta', false],
    ['jonas', false],
    ['amina', false],
    ['mei', false],
    ['karim', false],
    ['eve', false],
  ])('%s: %s', async (who, may) => {
    const actor = await community.be(who);
    const raw = () => as(actor, (tx) => sql`insert into app.settings (name, value) values ('contact', '"x@example.org"')`.execute(tx));
    const read = () => as(actor, (tx) => sql`select from app.settings`.execute(tx));
    if (may) {
      await expect(set(actor, { contact: '' })).resolves.toEqual([]);
      await expect(raw()).resolves.toBeTruthy();
      expect((await read()).rows.length).toBeGreaterThan(0);
      await expect(set(actor, { contact: '' })).resolves.toEqual(['contact']);
    } else {
      await expect(set(actor, { contact: '' })).rejects.toMatchObject({ status: 404 });
      await expect(raw()).rejects.toMatchObject({ status: 404 });
      expect((await read()).rows).toEqual([]);
      expect(await as(actor, listChanges)).toEqual([]);
    }
  });
  test('a visitor, a token that may only read, a session that proved itself long ago', async () => {
    await expect(set({ kind: 'visitor' }, { contact: '' })).rejects.toThrow();
    const steward = await community.be('lucia');
    const token = async (scopes: 'write'[]) =>
      ({ kind: 'person', key: keyOf((await as(steward, (tx) => createToken(tx, { name: 't', scopes, days: 1 }))).token) }) as const;
    await expect(set(await token([]), { contact: 'x@example.org' })).rejects.toMatchObject({ status: 404 });
    await expect(set(await token(['write']), { contact: 'x@example.org' })).resolves.toEqual(['contact']);
    await community.behind("update app.sessions set proved_at = now() - interval '1 hour'");
    await expect(set(steward, { contact: '' })).rejects.toMatchObject({ code: 'people.step_up.needed' });
    expect((await save('branding', branding)).location).toMatch(/^\/prove\?back=/);
    await community.behind('update app.sessions set proved_at = now()');
    await expect(set(steward, { contact: '' })).resolves.toEqual(['contact']);
  });
  test('apps and keys are told the name of the hub', async () => {
    await save('branding', { ...branding, hub_name: 'Lantern: south' });
    await freshSettings();
    expect(decodeURIComponent(addressOfKey('JBSWY3DPEHPK3PXP', 'amina@example.test'))).toContain('issuer=Lantern  south localhost');
    const options = await as(await community.be('amina'), (tx) =>
      beginNewPasskey(tx, { memberId: community.ids['amina']!, email: 'amina@example.test', name: 'Amina', has: [] }),
    );
    expect(options.options.rp.name).toBe('Lantern: south');
    await save('branding', branding);
    await freshSettings();
  });
  test('the page and the link to it are there for stewards only', async () => {
    expect((await lucia.get('/account')).text).toContain('href="/settings"');
    expect((await lucia.get('/settings')).status).toBe(200);
    const amina = new Visitor(hub.base);
    await amina.post('/signin?/become', { slug: 'amina' });
    expect((await amina.get('/account')).text).not.toContain('href="/settings"');
    expect((await amina.get('/settings')).status).toBe(404);
    expect((await new Visitor(hub.base).get('/settings')).location).toContain('/signin');
  });
});

describe('it acts', () => {
  test('name, imprint and colour stand on pages at once; a kept visitor page is made anew', async () => {
    const visitor = new Visitor(hub.base);
    expect((await visitor.get('/library')).text).toContain('· Indaba</title>');
    expect((await visitor.get('/library')).text).not.toContain('/imprint');
    const answer = await save('branding', { hub_name: 'DFS Circle', contact: 'desk@example.org', imprint: 'Run by <b>the desk</b>.', accent: '#7a1f5c' });
    expect(answer.text).toContain('Saved: Name of the hub, Contact, Imprint, and Colour.');
    expect(answer.text).toContain('· DFS Circle</title>');
    const page = await visitor.get('/library');
    expect(page.text).toContain('· DFS Circle</title>');
    expect(page.text).toContain('--accent:#7a1f5c');
    const policy = page.headers.get('content-security-policy')!;
    const { createHash } = await import('node:crypto');
    for (const [, style] of page.text.matchAll(/<style>([^<]*)<\/style>/g))
      expect(policy).toContain(`sha256-${createHash('sha256').update(style!).digest('base64')}`);
    expect((await visitor.get('/imprint')).text).toContain('Run by &lt;b>the desk&lt;/b>.');
    expect((await save('branding', { ...branding, accent: '#ffee00' })).text).toContain('choose a darker one');
    await save('branding', branding);
    expect((await visitor.get('/library')).text).toContain('· Indaba</title>');
  });
  test('every colour that is taken can be read, on paper and on dark', () => {
    expect(readable('#0b5d4a')).toBe(true);
    expect(readable('#888888')).toBe(false);
    for (const colour of ['#000000', '#0b5d4a', '#7a1f5c', '#0000ff', '#a01f1f', '#5b4a00']) {
      const [, dark] = /dark\){:root:not\(\[data-theme=light\]\){--accent:(#[0-9a-f]{6})/.exec(accentRules(colour)) ?? [];
      expect(contrast(dark!, '#111613'), colour).toBeGreaterThanOrEqual(7);
    }
  });
  test('another process hears of it over the bus', async () => {
    // This process has modules of its own beside the built application: they are as far apart as two nodes.
    const { followSettings, hubSettings } = await import('#platform/settings/values.server.ts');
    followSettings();
    await freshSettings();
    await new Promise((resolve) => setTimeout(resolve, 300));
    await save('branding', { ...branding, hub_name: 'Heard' });
    const until = Date.now() + 2_000;
    while (hubSettings().hub_name !== 'Heard' && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(hubSettings().hub_name).toBe('Heard');
    await save('branding', branding);
  });
  test('the mark is drawn anew; what is no picture is refused', async () => {
    const form = new FormData();
    form.set(
      'picture',
      new Blob([
        new Uint8Array(
          await sharp({ create: { width: 300, height: 200, channels: 3, background: 'red' } })
            .withExif({ IFD0: { Artist: 'secret' } })
            .jpeg()
            .toBuffer(),
        ),
      ]),
      'x.jpg',
    );
    const send = (body: FormData) =>
      fetch(`${hub.base}/settings?/mark`, {
        method: 'POST',
        body,
        headers: { origin: hub.base, accept: 'text/html', cookie: [...lucia.cookies].map(([n, v]) => `${n}=${v}`).join('; ') },
      });
    expect(await (await send(form)).text()).toContain('The mark was changed.');
    const [, address] = /class="mark" src="(\/mark\/[0-9a-f]{16}\.png)"/.exec((await new Visitor(hub.base).get('/')).text)!;
    const served = await fetch(hub.base + address);
    const bytes = Buffer.from(await served.arrayBuffer());
    expect([served.headers.get('content-type'), (await sharp(bytes).metadata()).width, bytes.includes('secret')]).toEqual(['image/png', 96, false]);
    const bad = new FormData();
    bad.set('picture', new Blob(['<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>']), 'x.png');
    const refused = await send(bad);
    expect([refused.status, (await refused.text()).includes('cannot be read')]).toEqual([422, true]);
    const remove = new FormData();
    remove.set('remove', '1');
    await send(remove);
    expect((await new Visitor(hub.base).get('/')).text).not.toContain('src="/mark/');
  });
  test('what things begin with: sessions, invitations, members, channels', async () => {
    await save('defaults', { time_zone: 'Africa/Nairobi', channel_label: 'TLP:AMBER', session_days: '2', invitation_days: '3', recovery_hours: '48' });
    await community.cookie('amina');
    const [days] = await community.behind<{ session: number; hours: number }>(
      `select round(extract(epoch from expires_at - now()) / 86400)::int as session, app.setting('recovery_hours')::text::int as hours from app.sessions order by created_at desc limit 1`,
    );
    expect(days).toEqual({ session: 2, hours: 48 });
    const jonas = await community.be('jonas');
    const { inviteColleague } = await import('#domains/people/invite-colleague.server.ts');
    const { id } = await as(jonas, (tx) =>
      inviteColleague(tx, { organizationId: community.organizations['bank']!, email: 'n@example.org', name: 'N', role: 'member' }),
    );
    const [invitation] = await community.behind<{ days: number }>(
      `select round(extract(epoch from expires_at - now()) / 86400)::int as days from app.invitations where id = '${id}'`,
    );
    expect(invitation!.days).toBe(3);
    await community.behind(`insert into app.members (id, slug, name) values (gen_random_uuid(), 'newcomer', 'Newcomer')`);
    expect(await community.behind(`select time_zone from app.members where slug = 'newcomer'`)).toEqual([{ time_zone: 'Africa/Nairobi' }]);
    expect((await lucia.get('/channels/new')).text).toMatch(/<option value="TLP:AMBER" selected/);
    expect((await save('defaults', { session_days: '500' })).text).toContain('within the limits');
    expect((await save('defaults', { time_zone: 'Moon/Base' })).text).toContain('time zone is not known');
    await save('defaults', { time_zone: 'UTC', channel_label: 'TLP:GREEN', session_days: '30', invitation_days: '7', recovery_hours: '24' });
  });
  test('a browser that nobody uses is signed out; one in use stays, but not beyond its last day', async () => {
    const key = await community.cookie('amina');
    const amina = new Visitor(hub.base);
    amina.cookies.set('indaba', key);
    const mine = `id = (select id from app.sessions where member_id = '${community.ids['amina']}' and kind = 'browser' order by created_at desc limit 1)`;
    const left = async () =>
      (
        await community.behind<{ idle: number; last: number }>(
          `select round(extract(epoch from expires_at - now()) / 3600)::int as idle, round(extract(epoch from ends_at - now()) / 3600)::int as last from app.sessions where ${mine}`,
        )
      )[0];
    expect(await left()).toEqual({ idle: 7 * 24, last: 30 * 24 });
    // Six days without use, then a page: the seven days begin anew.
    await community.behind(
      `update app.sessions set last_seen_at = now() - interval '6 days', expires_at = now() + interval '1 day', ends_at = now() + interval '24 days' where ${mine}`,
    );
    expect((await amina.get('/account')).status).toBe(200);
    await expect.poll(left, { timeout: 20_000 }).toEqual({ idle: 7 * 24, last: 24 * 24 });
    await community.behind(
      `update app.sessions set last_seen_at = now() - interval '6 days', expires_at = now() + interval '1 day', ends_at = now() + interval '2 days' where ${mine}`,
    );
    expect((await amina.get('/account')).status).toBe(200);
    await expect.poll(left, { timeout: 20_000 }).toEqual({ idle: 2 * 24, last: 2 * 24 });
    await community.behind(`update app.sessions set expires_at = now() - interval '1 second' where ${mine}`);
    expect((await amina.get('/account')).location).toContain('/signin');
  });
  test('the least that is asked when somebody signs in, and passkeys only for stewards', async () => {
    const enter = (slug: string) =>
      as({ kind: 'visitor' }, (tx) => openSession(tx, { memberId: community.ids[slug]!, proof: 'password', device: { name: '' } })).then(
        () => 'in',
        (error: { code: string }) => error.code,
      );
    expect([await enter('amina'), await enter('lucia')]).toEqual(['in', 'in']);
    await save('sign_in', { sign_in_minimum: 'nothing', stewards_passkeys_only: 'on' });
    expect([await enter('amina'), await enter('lucia')]).toEqual(['in', 'people.sign_in.refused']);
    await save('sign_in', { sign_in_minimum: 'second_factor' });
    expect([await enter('amina'), await enter('eve')]).toEqual(['people.sign_in.refused', 'people.sign_in.refused']);
    await save('sign_in', { sign_in_minimum: 'nothing' });
    expect(await enter('lucia')).toBe('in');
  });
  test('mail comes from the name and address that were set', async () => {
    await save('mail', { mail_name: 'The desk', mail_address: 'desk@example.org' });
    await freshSettings();
    await sendMail({ to: 'a@example.org', subject: 's', text: 't' });
    expect(keptMails()[0]).toMatchObject({ from: { name: 'The desk', address: 'desk@example.org' } });
    expect((await save('mail', { mail_name: '', mail_address: 'nonsense' })).text).toContain('no mail address');
    await save('mail', { mail_name: '', mail_address: '' });
    // The hub's name stands in what its mails say, and before their address.
    await save('branding', { ...branding, hub_name: 'DFS Circle' });
    await freshSettings();
    const { mailWayIn } = await import('#domains/people/notices.server.ts');
    await mailWayIn({ ids: { member: community.ids['amina']!, what: 'token' } });
    expect(keptMails()[0]).toMatchObject({ subject: 'How you sign in to DFS Circle has changed', from: { name: 'DFS Circle' } });
    await save('branding', branding);
    await freshSettings();
  });
  test('numbers that the database knows by itself are those of the table', async () => {
    await community.behind('alter table app.settings disable trigger user; delete from app.settings');
    await community.behind('alter table app.settings enable trigger user');
    await community.cookie('amina');
    const [row] = await community.behind<{ days: number; idle: number }>(
      `select round(extract(epoch from ends_at - now()) / 86400)::int as days, round(extract(epoch from expires_at - now()) / 86400)::int as idle from app.sessions order by created_at desc limit 1`,
    );
    expect(row).toEqual({ days: initial.session_days, idle: initial.idle_days });
    await freshSettings();
  });
});

test('who set what, from what to what, is shown and stands in the log', async () => {
  await save('branding', { ...branding, hub_name: 'First' });
  await save('branding', { ...branding, hub_name: 'Second' });
  const [change] = await as(await community.be('lucia'), listChanges);
  expect(change).toMatchObject({ name: 'hub_name', from: 'First', to: 'Second', by: 'Lucia' });
  const notes = await community.behind(`select data from app.audit_notes where kind = 'setting.changed' order by id desc limit 1`);
  expect(notes).toEqual([{ data: { name: 'hub_name', from: 'First', to: 'Second' } }]);
  const page = (await lucia.get('/settings')).text;
  expect(page).toMatch(/Name of the hub[\s\S]*First[\s\S]*Second[\s\S]*Lucia/);
  await save('branding', branding);
});

describe('looking outside', () => {
  const look = async (what: string) => (await lucia.post('/settings?/look', { what })).text;
  test('without a mail server it says so; the disk and the name are looked at', async () => {
    expect(await look('mail')).toContain('No mail server is set.');
    expect(await look('storage')).toMatch(/A file of one megabyte was written, read and deleted in \d+ ms/);
    const line = await look('line');
    expect(line).toMatch(/localhost leads to /);
    expect(line).toMatch(/clocks of this process and of the database agree/);
  });
  test('the mail server’s own words, good and bad; its password nowhere', async () => {
    const answers = { rcpt: '250 fine' };
    const server = createServer((socket) => {
      socket.write('220 hi\r\n');
      let data = false;
      socket.on('error', () => {});
      socket.on('data', (chunk) => {
        for (const line of chunk.toString().split('\r\n').filter(Boolean)) {
          if (data) {
            if (line === '.') {
              data = false;
              socket.write('250 2.0.0 queued as XYZ42\r\n');
            }
          } else if (/^EHLO/i.test(line)) socket.write('250-hi\r\n250 AUTH PLAIN\r\n');
          else if (/^AUTH/i.test(line)) socket.write('235 in\r\n');
          else if (/^RCPT/i.test(line)) socket.write(`${answers.rcpt}\r\n`);
          else if (/^DATA/i.test(line)) {
            data = true;
            socket.write('354 go\r\n');
          } else if (/^QUIT/i.test(line)) socket.end('221 bye\r\n');
          else socket.write('250 ok\r\n');
        }
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    process.env.SMTP_URL = `smtp://user:s3cret-word@127.0.0.1:${port}`;
    forgetConfig();
    expect(await sendMail({ to: 'a@example.org', subject: 's', text: 't' })).toBe('250 2.0.0 queued as XYZ42');
    answers.rcpt = '550 5.1.1 no such user s3cret-word';
    await expect(sendMail({ to: 'a@example.org', subject: 's', text: 't' })).rejects.toThrow(/550 5\.1\.1 no such user/);
    delete process.env.SMTP_URL;
    forgetConfig();
    server.close();
  });
  test('the sign-in services of organizations are asked; which one is wrong is said by name', async () => {
    await community.forget();
    expect(await look('sso')).toContain('No organization has connected a sign-in service.');
    const connect = (organization: string, rest: string) =>
      community.behind(`alter table app.sso_connections disable trigger user;
        insert into app.sso_connections (id, organization_id, kind, issuer, client_id, sealed_secret, tested_at) values (gen_random_uuid(), '${community.organizations[organization]}', ${rest});
        alter table app.sso_connections enable trigger user`);
    await connect('bank', `'oidc', 'http://127.0.0.1:9', 'indaba', 'x', now()`);
    const said = await look('sso');
    expect(said).toContain('Something is wrong. Central Bank of Lumaria:');
    const { lookAtConnections } = await import('#domains/people/single-sign-on/look.server.ts');
    expect(await lookAtConnections(await community.be('lucia'))).toMatchObject({ seen: 1, wrong: [expect.stringContaining('Central Bank of Lumaria')] });
    for (const who of ['amina', 'jonas', 'karim', 'eve']) expect(await lookAtConnections(await community.be(who)), who).toEqual({ seen: 0, wrong: [] });
  });
  test('not more than six times a minute, and for stewards only', async () => {
    await community.forget();
    for (let n = 0; n < 6; n++) await look('storage');
    expect(await look('storage')).toContain('Not so often');
    const amina = new Visitor(hub.base);
    await amina.post('/signin?/become', { slug: 'amina' });
    expect((await amina.post('/settings?/look', { what: 'storage' })).status).toBe(404);
  });
});
