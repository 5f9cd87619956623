/** Single sign-on with a real OpenID provider, through the real server. */
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hashPassword } from '#domains/people/password.server.ts';
import { as } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';
import { type Hub, openHub, Visitor } from '../support/hub.ts';
import { type Idp, openIdp, signInAt } from '../support/oidc.ts';
import { type Community, plantCommunity } from '../support/people.ts';

const PASSWORD = 'seven quiet herons';
let community: Community;
let hub: Hub;
let idp: Idp;
beforeAll(async () => {
  community = await plantCommunity({ demo: true });
  const hash = await hashPassword(PASSWORD);
  await as({ kind: 'clerk' }, (tx) => sql`update app.accounts set password_hash = ${hash}`.execute(tx));
  await prove('lumaria', 'ta.example');
  await prove('bank', 'bank.example');
  idp = await openIdp();
  hub = await openHub();
  await idp.clients(
    ['lumaria', 'bank'].map((slug) => ({ client_id: `hub-${slug}`, client_secret: `secret of ${slug}`, redirect_uris: [`${hub.base}/sso/${slug}/return`] })),
  );
});
beforeEach(() => community.forget());
afterAll(async () => {
  await hub?.close();
  await idp?.close();
  await community.database.drop();
});

const prove = (slug: string, domain: string) =>
  community.behind(
    `insert into app.organization_domains (id, organization_id, domain, method, proved_at) values ('${newId()}', '${community.organizations[slug]}', '${domain}', 'dns', now())`,
  );
const member = async (slug: string) => {
  const visitor = new Visitor(hub.base);
  await visitor.post('/signin?/become', { slug });
  return visitor;
};
/** From the hub to the provider and back, as somebody. */
const walk = async (visitor: Visitor, organization: string, who: string, query = '') => {
  const out = await visitor.get(`/sso/${organization}/begin${query}`);
  if (!out.location?.startsWith(idp.issuer)) return out;
  const back = await signInAt(idp, out.location, who);
  return visitor.get(back.replace(hub.base, ''));
};
const connect = async (focal: Visitor, slug: string, more: Record<string, string> = {}) =>
  focal.post(`/organizations/${slug}/single-sign-on?/oidc`, { issuer: idp.issuer, client_id: `hub-${slug}`, client_secret: `secret of ${slug}`, ...more });
const people = (text: string) => community.behind<{ n: number }>(`select count(*)::int as n from app.members where name = '${text}'`).then(([row]) => row!.n);

describe('connecting', () => {
  test('the focal point connects, tests, and only then it counts', async () => {
    const desta = await member('desta');
    expect((await desta.get('/organizations/lumaria/single-sign-on')).text).toContain('/sso/lumaria/return');
    expect((await connect(desta, 'lumaria')).text).toContain('Saved. Now test it');
    const visitor = new Visitor(hub.base);
    expect((await visitor.get('/signin')).text).not.toContain('With your institution');
    expect((await visitor.get('/sso/lumaria/begin')).status).toBe(404);
    idp.people['desta'] = { email: 'desta@elsewhere.example', email_verified: true };
    expect((await walk(desta, 'lumaria', 'desta', '?for=test')).location).toBe('/organizations/lumaria/single-sign-on?sso=other_domain');
    idp.people['desta'] = { email: 'desta@ta.example', email_verified: false };
    expect((await walk(desta, 'lumaria', 'desta', '?for=test')).location).toContain('sso=not_vouched');
    idp.people['desta'] = { email: 'desta@ta.example', email_verified: true };
    expect((await walk(desta, 'lumaria', 'desta', '?for=test')).location).toContain('sso=tested');
    expect((await desta.get('/organizations/lumaria/single-sign-on')).text).toContain('It counts');
    expect((await visitor.get('/signin')).text).toContain('With your institution');
  });
  test('the address leads on by its domain alone', async () => {
    const ask = async (work_address: string) =>
      (await new Visitor(hub.base).post('/signin?/institution', { work_address })).text.replaceAll(work_address, '…').replace(/[0-9a-f]{8,}/g, '');
    const known = await ask('amina@ta.example');
    expect(known).toContain('Continue with Telecommunications Authority of Lumaria');
    expect(await ask('nobody@ta.example')).toBe(known);
    for (const other of ['a@evil-ta.example', 'a@ta.example.evil.example', 'a@sub.ta.example', 'a@bank.example', 'a@b@ta.example', 'a@tа.example'])
      expect(await ask(other)).toContain('No institution signs people in');
  });
});

describe('coming in', () => {
  test('somebody with an account ties the two together while signed in, and comes in by it from then on', async () => {
    idp.people['amina-at-ta'] = { email: 'amina@ta.example', email_verified: true, name: 'Amina' };
    const amina = await member('amina');
    expect((await amina.get('/account')).text).toContain('/sso/lumaria/begin?for=link');
    expect((await walk(amina, 'lumaria', 'amina-at-ta', '?for=link')).location).toBe('/account?sso=linked');
    const elsewhere = new Visitor(hub.base);
    expect((await walk(elsewhere, 'lumaria', 'amina-at-ta', '?next=/people')).location).toBe('/people');
    const account = (await elsewhere.get('/account')).text;
    expect(account).toContain('by single sign-on');
    expect(account).toContain('amina@example.test');
  });
  test('off: turned away; asks: a focal point says; automatic: a member and no more, up to the number', async () => {
    idp.people['ruvi'] = { email: 'ruvi@ta.example', email_verified: true, name: 'Ruvi' };
    const come = (who: string) => walk(new Visitor(hub.base), 'lumaria', who);
    expect((await come('ruvi')).location).toBe('/signin?sso=closed');
    const desta = await member('desta');
    const joining = (joining: string, joining_most = '20', joining_pattern = '') =>
      desta.post('/organizations/lumaria/single-sign-on?/joining', { joining, joining_most, joining_pattern });
    await joining('asks');
    expect((await come('ruvi')).location).toBe('/signin?sso=asked');
    expect((await come('ruvi')).location).toBe('/signin?sso=asked');
    expect(await people('Ruvi')).toBe(0);
    const page = (await desta.get('/organizations/lumaria/single-sign-on')).text;
    const id = /name="id" value="([0-9a-f-]{36})"/.exec(page)![1]!;
    // Nobody else decides.
    expect((await (await member('jonas')).post('/organizations/lumaria/single-sign-on?/admit', { id })).status).toBe(404);
    expect((await desta.post('/organizations/lumaria/single-sign-on?/admit', { id })).text).toContain('Done.');
    const ruvi = new Visitor(hub.base);
    expect((await walk(ruvi, 'lumaria', 'ruvi')).location).toBe('/');
    expect((await ruvi.get('/organizations/lumaria')).text).not.toContain('Invite');
    await joining('automatic', '2', 'b*@ta.example');
    idp.people['ana'] = { email: 'ana@ta.example', email_verified: true, name: 'Ana' };
    expect((await come('ana')).location).toBe('/signin?sso=closed');
    idp.people['bela'] = { email: 'bela@ta.example', email_verified: true, name: 'Bela' };
    expect((await come('bela')).location).toBe('/');
    idp.people['bora'] = { email: 'bora@ta.example', email_verified: true, name: 'Bora' };
    expect((await come('bora')).location).toBe('/signin?sso=closed');
    expect(await community.behind(`select role from app.memberships ms join app.members m on m.id = ms.member_id where m.name in ('Ruvi', 'Bela')`)).toEqual([
      { role: 'member' },
      { role: 'member' },
    ]);
    await joining('off');
  });
});
