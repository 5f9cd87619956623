/** Attacks on single sign-on by OIDC, each against the real server and providers that lie. */
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { actOnMembership } from '#domains/people/act-on-membership.server.ts';
import { openSession } from '#domains/people/open-session.server.ts';
import { hashPassword } from '#domains/people/password.server.ts';
import { as } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';
import { type FalseIdp, openFalseIdp, type Token } from '../support/false-idp.ts';
import { type Answer, type Hub, openHub, Visitor } from '../support/hub.ts';
import { type Community, plantCommunity } from '../support/people.ts';

const PASSWORD = 'seven quiet herons';
let community: Community;
let hub: Hub;
let ta: FalseIdp;
let bank: FalseIdp;
const member = async (slug: string) => {
  const visitor = new Visitor(hub.base);
  await visitor.post('/signin?/become', { slug });
  return visitor;
};
const begin = async (visitor: Visitor, slug = 'lumaria', query = ''): Promise<URL> =>
  new URL((await visitor.get(`/sso/${slug}/begin${query}`)).location!, hub.base);
const back = (visitor: Visitor, slug: string, query: Record<string, string>) => visitor.get(`/sso/${slug}/return?${new URLSearchParams(query)}`);
/** Sets out, and comes back with what the provider is told to say. */
const walk = async (visitor: Visitor, said: Token = {}, slug = 'lumaria', query = ''): Promise<Answer> => {
  const idp = slug === 'lumaria' ? ta : bank;
  const out = await begin(visitor, slug, query);
  idp.next = { ...said, claims: { nonce: out.searchParams.get('nonce'), ...said.claims } };
  return back(visitor, slug, { code: 'c', state: out.searchParams.get('state')! });
};
const isOut = async (visitor: Visitor) => (await visitor.get('/account')).status === 303;
const joining = async (joining: string) => (await member('desta')).post('/organizations/lumaria/single-sign-on?/joining', { joining, joining_most: '50' });
const only = (slug: string, who: string, asks: string) => member(who).then((focal) => focal.post(`/organizations/${slug}/sign-in`, { asks }));

beforeAll(async () => {
  community = await plantCommunity({ demo: true });
  const hash = await hashPassword(PASSWORD);
  await as({ kind: 'clerk' }, (tx) => sql`update app.accounts set password_hash = ${hash}`.execute(tx));
  for (const [slug, domain] of [
    ['lumaria', 'ta.example'],
    ['bank', 'bank.example'],
  ] as const)
    await community.behind(
      `insert into app.organization_domains (id, organization_id, domain, method, proved_at) values ('${newId()}', '${community.organizations[slug]}', '${domain}', 'dns', now())`,
    );
  ta = await openFalseIdp({ id: 'hub', secret: 'secret of ta' });
  bank = await openFalseIdp({ id: 'hub', secret: 'secret of bank' });
  hub = await openHub();
  for (const [slug, who, idp, address] of [
    ['lumaria', 'desta', ta, 'desta@ta.example'],
    ['bank', 'jonas', bank, 'jonas@bank.example'],
  ] as const) {
    const focal = await member(who);
    await focal.post(`/organizations/${slug}/single-sign-on?/oidc`, {
      issuer: idp.issuer,
      client_id: 'hub',
      client_secret: `secret of ${slug === 'bank' ? 'bank' : 'ta'}`,
    });
    expect((await walk(focal, { claims: { sub: who, email: address } }, slug, '?for=test')).location).toContain('sso=tested');
  }
  expect((await walk(await member('amina'), {}, 'lumaria', '?for=link')).location).toBe('/account?sso=linked');
}, 60_000);
beforeEach(async () => {
  await community.forget();
  ta.next = {};
  ta.description = {};
  ta.asked = [];
  bank.asked = [];
});
afterAll(async () => {
  await hub?.close();
  await Promise.all([ta?.close(), bank?.close()]);
  await community.database.drop();
});

test('the true way works, so that what follows is refused for its own reason', async () => {
  const browser = new Visitor(hub.base);
  expect((await walk(browser)).location).toBe('/');
  expect(await isOut(browser)).toBe(false);
});

describe('replay and fixation', () => {
  test('an address that was answered is not answered again, and the provider is not asked a second time', async () => {
    const browser = new Visitor(hub.base);
    const out = await begin(browser);
    const kept = new Map(browser.cookies);
    ta.next = { claims: { nonce: out.searchParams.get('nonce') } };
    const answer = { code: 'c', state: out.searchParams.get('state')! };
    expect((await back(browser, 'lumaria', answer)).location).toBe('/');
    const thief = new Visitor(hub.base);
    for (const [name, value] of kept) thief.cookies.set(name, value);
    expect((await back(thief, 'lumaria', answer)).location).toBe('/signin?sso=over');
    expect(ta.asked.length).toBe(1);
    expect(await isOut(thief)).toBe(true);
  });
  test('a state of another browser, no state, a made-up one', async () => {
    const attacker = new Visitor(hub.base);
    const victim = new Visitor(hub.base);
    const out = await begin(attacker);
    await begin(victim);
    for (const state of [out.searchParams.get('state')!, '', 'x'.repeat(43)])
      expect((await back(victim, 'lumaria', { code: 'c', state })).location).toBe('/signin?sso=over');
    expect(ta.asked).toEqual([]);
    expect(await isOut(victim)).toBe(true);
  });
  test('a token with the nonce of another way, or with none', async () => {
    const other = await begin(new Visitor(hub.base));
    for (const nonce of [other.searchParams.get('nonce'), undefined, ''])
      expect((await walk(new Visitor(hub.base), { claims: { nonce } })).location).toBe('/signin?sso=refused');
  });
  test('the code goes with the verifier of this browser, and never without', async () => {
    const browser = new Visitor(hub.base);
    const out = await begin(browser);
    expect(out.searchParams.get('code_challenge_method')).toBe('S256');
    ta.next = { claims: { nonce: out.searchParams.get('nonce') } };
    await back(browser, 'lumaria', { code: 'c', state: out.searchParams.get('state')! });
    expect(ta.asked[0]!.get('code_verifier')).toMatch(/^[\w-]{43}$/);
  });
  test('a session put into the browser before is not the one that is signed in', async () => {
    const browser = new Visitor(hub.base);
    browser.cookies.set('indaba', 'planted-by-somebody-else');
    expect((await walk(browser)).location).toBe('/');
    expect(browser.cookies.get('indaba')).not.toBe('planted-by-somebody-else');
    // Whoever was signed in there before is not mixed with whoever comes.
    const shared = await member('jonas');
    const before = shared.cookies.get('indaba');
    await walk(shared);
    expect(shared.cookies.get('indaba')).not.toBe(before);
    expect((await shared.get('/account')).text).toContain('amina@example.test');
  });
});

describe('a token that is not believed', () => {
  const now = () => Math.floor(Date.now() / 1000);
  const bad: [string, () => Token][] = [
    ['alg none', () => ({ by: 'none' })],
    ['signed with the client secret', () => ({ by: 'secret' })],
    ['signed with the public key as a secret', () => ({ by: 'public key' })],
    ['signed by a stranger', () => ({ by: 'stranger' })],
    [
      'signed by a stranger who brings the key along',
      () => ({ by: 'stranger', header: { jwk: { kty: 'RSA', n: 'AQAB', e: 'AQAB' }, jku: 'https://evil.example/jwks' } }),
    ],
    ['a key nobody knows', () => ({ header: { kid: 'two' } })],
    ['another issuer', () => ({ claims: { iss: bank.issuer } })],
    ['another audience', () => ({ claims: { aud: 'somebody-else' } })],
    ['two audiences, made out to the other', () => ({ claims: { aud: ['hub', 'other'], azp: 'other' } })],
    ['over', () => ({ claims: { iat: now() - 900, exp: now() - 600 } })],
    ['without end', () => ({ claims: { exp: undefined } })],
    ['without a subject', () => ({ claims: { sub: undefined } })],
    ['a subject without measure', () => ({ claims: { sub: 'x'.repeat(2_000) } })],
  ];
  test.each(bad)('%s', async (_, said) => {
    const browser = new Visitor(hub.base);
    expect((await walk(browser, said())).location).toBe('/signin?sso=refused');
    expect(await isOut(browser)).toBe(true);
  });
});

describe('one provider taken for another', () => {
  test('an answer for one organization at the door of another: never asked, nobody in', async () => {
    const browser = new Visitor(hub.base);
    const out = await begin(browser, 'lumaria');
    bank.next = { claims: { nonce: out.searchParams.get('nonce'), sub: 'jonas', email: 'jonas@bank.example' } };
    expect((await back(browser, 'bank', { code: 'c', state: out.searchParams.get('state')! })).location).toBe('/signin?sso=over');
    expect(bank.asked).toEqual([]);
  });
  test('an answer that says it comes from another issuer is not taken to this one', async () => {
    const browser = new Visitor(hub.base);
    const out = await begin(browser);
    ta.next = { claims: { nonce: out.searchParams.get('nonce') } };
    expect((await back(browser, 'lumaria', { code: 'c', state: out.searchParams.get('state')!, iss: bank.issuer })).location).toBe('/signin?sso=refused');
    expect(ta.asked).toEqual([]);
  });
  test('the same subject at another provider is somebody else', async () => {
    const browser = new Visitor(hub.base);
    expect((await walk(browser, { claims: { sub: 'amina', email: 'amina@bank.example' } }, 'bank')).location).toBe('/signin?sso=closed');
    expect(await isOut(browser)).toBe(true);
  });
  test('an address of another organization, of a look-alike, of a domain below, with two @', async () => {
    for (const email of [
      'mei@bank.example',
      'a@evil-ta.example',
      'a@ta.example.evil.example',
      'a@x.ta.example',
      'a@evil.example@ta.example',
      '"a@evil.example"@ta.example',
      'a@tа.example',
      'a@ta.example\n',
      '',
    ])
      expect((await walk(new Visitor(hub.base), { claims: { sub: 'new', email } })).location, email).toMatch(/sso=(other_domain|no_address|closed)$/);
    expect((await walk(new Visitor(hub.base), { claims: { sub: 'amina', email: 'amina@bank.example' } })).location).toBe('/signin?sso=other_domain');
  });
  test('an address nobody checked lets nobody in, in whatever words', async () => {
    for (const email_verified of [false, 'false', undefined, null, 1, 'yes', {}])
      expect((await walk(new Visitor(hub.base), { claims: { email_verified } })).location).toBe('/signin?sso=not_vouched');
  });
});

describe('accounts that are there already', () => {
  test('an address alone ties nothing: neither to the account of a member, nor to one somebody made beforehand', async () => {
    await joining('automatic');
    await community.behind(`update app.accounts set email = 'mei@ta.example', email_key = 'mei@ta.example' where member_id = '${community.ids['mei']}'`);
    const browser = new Visitor(hub.base);
    expect((await walk(browser, { claims: { sub: 'new-mei', email: 'mei@ta.example' } })).location).toBe('/signin?sso=has_account');
    expect(await isOut(browser)).toBe(true);
    expect(await community.behind(`select from app.sso_links where subject = 'new-mei'`)).toEqual([]);
    await community.behind(`update app.accounts set email = 'mei@example.test', email_key = 'mei@example.test' where member_id = '${community.ids['mei']}'`);
    await joining('off');
  });
  test('another subject with the address of somebody known is not that person', async () => {
    expect((await walk(new Visitor(hub.base), { claims: { sub: 'recycled', email: 'amina@ta.example' } })).location).toBe('/signin?sso=closed');
  });
  test('tying needs a fresh session, an own one, and membership; a tied subject is not tied again', async () => {
    const mei = await member('mei');
    expect((await mei.get('/sso/lumaria/begin?for=link')).status).toBe(404);
    const desta = await member('desta');
    expect((await walk(desta, {}, 'lumaria', '?for=link')).location).toBe('/account?sso=taken');
    await community.behind(`update app.sessions set proved_at = now() - interval '1 hour' where member_id = '${community.ids['desta']}'`);
    expect((await desta.get('/sso/lumaria/begin?for=link')).location).toContain('/prove?next=');
    // Begun by one, come back as another.
    const shared = await member('desta');
    const out = await begin(shared, 'lumaria', '?for=link');
    const sso = shared.cookies.get('indaba-sso')!;
    await shared.post('/signin?/become', { slug: 'amina' });
    shared.cookies.set('indaba-sso', sso);
    ta.next = { claims: { nonce: out.searchParams.get('nonce'), sub: 'desta', email: 'desta@ta.example' } };
    expect((await back(shared, 'lumaria', { code: 'c', state: out.searchParams.get('state')! })).location).toBe('/account?sso=other_person');
  });
});

describe('out of the hub', () => {
  test('nobody is led elsewhere after signing in, nor sent out from another site', async () => {
    for (const next of ['https://evil.example/', '//evil.example', '/\\evil.example', 'javascript:alert(1)', '/signout'])
      expect((await walk(new Visitor(hub.base), {}, 'lumaria', `?next=${encodeURIComponent(next)}`)).location).toBe('/');
    const response = await fetch(`${hub.base}/sso/lumaria/begin`, { redirect: 'manual', headers: { 'sec-fetch-site': 'cross-site' } });
    expect(response.headers.get('location')).toBe('/signin');
  });
  test('no issuer inside the network is asked, whatever it is called; nor one a description leads to', async () => {
    const jonas = await member('jonas');
    const seen = await community.behind<{ issuer: string; sealed_secret: string }>(
      `select issuer, sealed_secret from app.sso_connections where organization_id = '${community.organizations['bank']}'`,
    );
    expect(seen[0]!.sealed_secret).not.toContain('secret of bank');
    for (const issuer of ['http://127.0.0.1:5432', 'https://169.254.169.254/latest', 'https://[::ffff:127.0.0.1]', 'https://localhost', 'https://2130706433']) {
      await jonas.post('/organizations/bank/single-sign-on?/oidc', { issuer, client_id: 'hub', client_secret: 'x' });
      expect((await jonas.get('/sso/bank/begin?for=test')).location).toMatch(/sso=(unreachable|refused)/);
    }
    for (const issuer of ['file:///etc/passwd', 'https://u:p@id.example', 'https://id.example?x=1', 'nonsense'])
      expect((await jonas.post('/organizations/bank/single-sign-on?/oidc', { issuer, client_id: 'hub', client_secret: 'x' })).text).toContain(
        'Write the issuer as an address',
      );
    // Another provider is never shown the secret of the first.
    expect((await jonas.post('/organizations/bank/single-sign-on?/oidc', { issuer: ta.issuer, client_id: 'hub' })).text).toContain(
      'needs its own client secret',
    );
    await jonas.post('/organizations/bank/single-sign-on?/oidc', { issuer: bank.issuer, client_id: 'inside', client_secret: 'secret of bank' });
    for (const [name, address] of [
      ['token_endpoint', 'http://127.0.0.1:5432/'],
      ['token_endpoint', 'https://169.254.169.254/'],
      ['jwks_uri', 'https://[::1]/'],
    ] as const) {
      bank.description = { [name]: address };
      await jonas.post('/organizations/bank/single-sign-on?/oidc', { issuer: bank.issuer, client_id: `hub-${Math.random()}`, client_secret: 'secret of bank' });
      expect((await walk(jonas, {}, 'bank', '?for=test')).location).toMatch(/sso=(unreachable|refused)/);
    }
    bank.description = { issuer: 'https://id.example' };
    await jonas.post('/organizations/bank/single-sign-on?/oidc', { issuer: bank.issuer, client_id: 'other', client_secret: 'secret of bank' });
    expect((await jonas.get('/sso/bank/begin?for=test')).location).toContain('sso=refused');
    bank.description = {};
  });
  test('a provider that hangs costs its person five seconds and the others nothing; one that redirects is not followed', async () => {
    const browser = new Visitor(hub.base);
    const out = await begin(browser);
    ta.next = { hang: true };
    const at = performance.now();
    const waiting = back(browser, 'lumaria', { code: 'c', state: out.searchParams.get('state')! });
    await new Promise((done) => setTimeout(done, 1_000));
    // Nothing is held open in the database meanwhile.
    expect(await community.behind(`select query from pg_stat_activity where datname = current_database() and state = 'idle in transaction'`)).toEqual([]);
    expect((await new Visitor(hub.base).get('/signin')).status).toBe(200);
    expect((await waiting).location).toBe('/signin?sso=unreachable');
    expect(performance.now() - at).toBeLessThan(9_000);
    const second = new Visitor(hub.base);
    const again = await begin(second);
    ta.next = { redirect: `${ta.issuer}/token` };
    expect((await back(second, 'lumaria', { code: 'c', state: again.searchParams.get('state')! })).location).toMatch(/sso=(refused|unreachable)/);
  });
});

describe('single sign-on only', () => {
  test('no password and no passkey is enough; whoever is not tied yet is led on half signed in; a focal point keeps a passkey', async () => {
    await only('lumaria', 'desta', 'sso_only');
    const visitor = { kind: 'visitor' } as const;
    for (const proof of ['password', 'password+code', 'passkey'] as const)
      await expect(as(visitor, (tx) => openSession(tx, { memberId: community.ids['amina']!, proof, device: { name: '' } }))).rejects.toMatchObject({
        status: 403,
      });
    await expect(as(visitor, (tx) => openSession(tx, { memberId: community.ids['desta']!, proof: 'passkey', device: { name: '' } }))).resolves.toBeTruthy();
    await expect(as(visitor, (tx) => openSession(tx, { memberId: community.ids['desta']!, proof: 'password', device: { name: '' } }))).rejects.toMatchObject({
      status: 403,
    });
    await community.behind(`delete from app.sso_links where member_id = '${community.ids['amina']}'`);
    // Whoever got hold of a colleague's password ties nothing to it with a sign-in of their own.
    const address = (email: string) =>
      community.behind(`update app.accounts set email = '${email}', email_key = '${email}' where member_id = '${community.ids['amina']}'`);
    await address('amina@ta.example');
    const colleague = new Visitor(hub.base);
    await colleague.post('/signin?/password', { email: 'amina@ta.example', password: PASSWORD });
    expect((await walk(colleague, { claims: { sub: 'colleague', email: 'colleague@ta.example' } })).location).toBe('/signin?sso=other_person');
    expect(await isOut(colleague)).toBe(true);
    await address('amina@example.test');
    const amina = new Visitor(hub.base);
    expect((await amina.post('/signin?/password', { email: 'amina@example.test', password: PASSWORD })).location).toContain('/signin/second');
    expect((await amina.get('/signin/second')).text).toContain('Continue with Telecommunications Authority of Lumaria');
    expect(await isOut(amina)).toBe(true);
    expect((await walk(amina)).location).toBe('/');
    expect(await isOut(amina)).toBe(false);
    // From now on the institution alone is enough.
    expect((await walk(new Visitor(hub.base))).location).toBe('/');
  });
  test('it cannot be asked for where nothing was tested, and ends with the connection', async () => {
    expect((await only('bank', 'jonas', 'sso_only')).text).toContain('needs a proved domain and a test');
  });
});

describe('proving again', () => {
  test('the institution has to have asked anew, and the same person', async () => {
    const browser = new Visitor(hub.base);
    await walk(browser);
    await community.behind(`update app.sessions set proved_at = now() - interval '1 hour' where how = 'sso'`);
    const stale = async () =>
      (
        await community.behind<{ n: number }>(
          `select count(*)::int as n from app.sessions where how = 'sso' and revoked_at is null and proved_at > now() - interval '15 minutes'`,
        )
      )[0]!.n;
    expect((await browser.get('/prove?next=/account')).text).toContain('/sso/lumaria/begin?for=prove&amp;next=%2Faccount');
    const now = Math.floor(Date.now() / 1000);
    const again = (claims: Record<string, unknown>) => walk(browser, { claims }, 'lumaria', '?for=prove&next=/account');
    expect((await again({})).location).toBe('/prove?sso=stale');
    expect((await again({ auth_time: now - 3_600 })).location).toMatch(/sso=(stale|refused)/);
    expect((await again({ auth_time: now, sub: 'desta', email: 'desta@ta.example' })).location).toBe('/prove?sso=other_person');
    expect(await stale()).toBe(0);
    expect((await again({ auth_time: now })).location).toBe('/account');
    expect(await stale()).toBe(1);
  });
});

describe('leaving', () => {
  test('suspended: the session ends, and the provider lets nobody in; lifted: in again', async () => {
    const browser = new Visitor(hub.base);
    await walk(browser);
    const act = async (what: 'suspended' | 'lifted' | 'ended') =>
      as(await community.be('desta'), (tx) => actOnMembership(tx, { member: 'amina', organization: 'lumaria', act: what, reason: 'Test' }));
    await act('suspended');
    expect(await isOut(browser)).toBe(true);
    expect((await walk(new Visitor(hub.base))).location).toBe('/signin?sso=closed');
    await act('lifted');
    expect((await walk(new Visitor(hub.base))).location).toBe('/');
    // Gone: neither as the one who left, nor as somebody new without a focal point's word.
    await joining('automatic');
    await act('ended');
    const gone = new Visitor(hub.base);
    expect((await walk(gone)).location).toBe('/signin?sso=asked');
    expect((await walk(gone, { claims: { sub: 'a-second-account', email: 'Amina@TA.example' } })).location).toMatch(/sso=asked$/);
    expect(await isOut(gone)).toBe(true);
  });
  test('all sessions of an organization end but the one that asks', async () => {
    const desta = await member('desta');
    const other = await member('desta');
    expect((await desta.post('/organizations/lumaria/single-sign-on?/end')).text).toContain('Ended: ');
    expect([await isOut(desta), await isOut(other)]).toEqual([false, true]);
    expect((await (await member('jonas')).post('/organizations/lumaria/single-sign-on?/end')).status).toBe(404);
  });
  test('a removed connection ends what it opened, and single sign-on only with it; another issuer knows nobody', async () => {
    const desta = await member('desta');
    const guest = new Visitor(hub.base);
    await community.behind(
      `insert into app.sso_links (connection_id, subject, member_id) select id, 'desta', '${community.ids['desta']}' from app.sso_connections where organization_id = '${community.organizations['lumaria']}' on conflict do nothing`,
    );
    expect((await walk(guest, { claims: { sub: 'desta', email: 'desta@ta.example' } })).location).toBe('/');
    await desta.post('/organizations/lumaria/single-sign-on?/oidc', { issuer: bank.issuer, client_id: 'hub', client_secret: 'secret of bank' });
    expect(await isOut(guest)).toBe(true);
    expect(
      await community.behind(
        `select from app.sso_links l join app.sso_connections c on c.id = l.connection_id where c.organization_id = '${community.organizations['lumaria']}'`,
      ),
    ).toEqual([]);
    expect((await desta.post('/organizations/lumaria/single-sign-on?/remove')).text).toContain('Removed.');
    expect(await community.behind(`select sso_only from app.sign_in_policies where organization_id = '${community.organizations['lumaria']}'`)).toEqual([
      { sso_only: false },
    ]);
  });
});
