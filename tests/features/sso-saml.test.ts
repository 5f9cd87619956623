/** Single sign-on by SAML: a provider with real keys, the real server, and the attacks. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { newId } from '#platform/ids.ts';
import { type Answer, type Hub, openHub, Visitor } from '../support/hub.ts';
import { type Community, plantCommunity } from '../support/people.ts';
import { assertion, encode, makeKey, metadataOf, readRequest, type Request, response, type Said, sign } from '../support/saml.ts';

const idp = { issuer: 'https://idp.example/meta', ...makeKey() };
const stranger = makeKey();
let community: Community;
let hub: Hub;
const member = async (slug: string) => {
  const visitor = new Visitor(hub.base);
  await visitor.post('/signin?/become', { slug });
  return visitor;
};
/** As the provider's page does: from another site, with no cookie of this one. */
const post = (xml: string, state: string, slug = 'lumaria') =>
  new Visitor(hub.base).post(
    `/sso/${slug}/acs`,
    { SAMLResponse: encode(xml), RelayState: state },
    { origin: 'https://idp.example', 'sec-fetch-site': 'cross-site' },
  );
const begin = async (visitor: Visitor, query = '', slug = 'lumaria'): Promise<Request> =>
  readRequest((await visitor.get(`/sso/${slug}/begin${query}`)).location!);
const good = (request: Request, said: Said = {}) => response(request, sign(assertion(request, said), idp), said);
const walk = async (visitor: Visitor, said: Said = {}, query = ''): Promise<Answer> => {
  const request = await begin(visitor, query);
  const answer = await post(good(request, said), request.state);
  return answer.location?.endsWith('/finish') ? visitor.get(answer.location) : answer;
};

beforeAll(async () => {
  community = await plantCommunity({ demo: true });
  for (const [slug, domain] of [
    ['lumaria', 'ta.example'],
    ['bank', 'bank.example'],
  ] as const)
    await community.behind(
      `insert into app.organization_domains (id, organization_id, domain, method, proved_at) values ('${newId()}', '${community.organizations[slug]}', '${domain}', 'dns', now())`,
    );
  hub = await openHub();
  const desta = await member('desta');
  const connect = (metadata: string) => desta.post('/organizations/lumaria/single-sign-on?/saml', { metadata, trusts_address: '1' });
  for (const [bad, words] of [
    ['<a/>', 'no metadata of one SAML provider'],
    [`<!DOCTYPE x [<!ENTITY a "b">]>${metadataOf(idp).replace('<?xml version="1.0"?>', '')}`, 'no metadata of one SAML provider'],
    [metadataOf(idp, 'http://idp.example/sso'), 'by redirect over https'],
    [metadataOf(idp, 'javascript:alert(1)'), 'by redirect over https'],
    [metadataOf({ ...idp, certificate: makeKey(1024).certificate }), 'no usable signing certificate'],
  ] as const)
    expect((await connect(bad)).text).toContain(words);
  expect((await connect(metadataOf(idp))).text).toContain('Saved. Now test it');
  expect((await walk(desta, { name: 'desta', address: 'desta@ta.example' }, '?for=test')).location).toContain('sso=tested');
  const amina = await member('amina');
  expect((await walk(amina, {}, '?for=link')).location).toBe('/account?sso=linked');
}, 60_000);
beforeEach(() => community.forget());
afterAll(async () => {
  await hub?.close();
  await community.database.drop();
});

const sessions = async () => (await community.behind<{ n: number }>(`select count(*)::int as n from app.sessions where how = 'sso'`))[0]!.n;

describe('a true answer', () => {
  test('lets its person in, once, in the browser that began', async () => {
    const browser = new Visitor(hub.base);
    expect((await walk(browser, {}, '?next=/people')).location).toBe('/people');
    expect((await browser.get('/account')).text).toContain('amina@example.test');
    expect((await browser.get('/sso/lumaria/finish')).location).toBe('/signin?sso=over');
  });
  test('with a signed response too; the metadata of the hub is given to anybody, for any name alike', async () => {
    const browser = new Visitor(hub.base);
    const request = await begin(browser);
    const answer = await post(sign(good(request), idp, 'Response'), request.state);
    expect((await browser.get(answer.location!)).location).toBe('/');
    const own = await browser.get('/sso/lumaria/metadata');
    expect(own.text).toContain('WantAssertionsSigned="true"');
    expect((await browser.get('/sso/no-such-place/metadata')).text).toBe(own.text.replaceAll('/lumaria/', '/no-such-place/'));
  });
});

describe('refused, and nobody is let in', () => {
  const wrap = (xml: string, evil: string) => ({ xml, evil });
  const signed = (request: Request, said: Said = {}) => sign(assertion(request, said), idp);
  const evil = (request: Request) => assertion(request, { name: 'desta', id: '_evil' });
  const signatureOf = (xml: string) => /<Signature .*<\/Signature>/s.exec(xml)![0];
  const attacks: [string, (request: Request) => string][] = [
    ['no signature', (r) => response(r, assertion(r))],
    ['the response signed, the assertion not', (r) => sign(response(r, assertion(r)), idp, 'Response')],
    ['signed by a stranger', (r) => response(r, sign(assertion(r), stranger))],
    [
      'signed with SHA-1',
      (r) =>
        response(r, sign(assertion(r), { ...idp, algorithm: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1', digest: 'http://www.w3.org/2000/09/xmldsig#sha1' })),
    ],
    ['changed after signing', (r) => good(r).replace('subject-1', 'desta')],
    ['address changed after signing', (r) => good(r).replace('amina@ta.example', 'desta@ta.example')],
    ['wrapped: a false assertion before the signed one', (r) => response(r, evil(r) + signed(r))],
    ['wrapped: after it', (r) => response(r, signed(r) + evil(r))],
    ['wrapped: the signed one inside the false one', (r) => response(r, evil(r).replace('</saml:Assertion>', `${signed(r)}</saml:Assertion>`))],
    [
      'wrapped: inside an object of the false one’s signature',
      (r) => {
        const { xml, evil: false_ } = wrap(signed(r), evil(r));
        const moved = signatureOf(xml).replace('</Signature>', `<Object>${xml.replace(signatureOf(xml), '')}</Object></Signature>`);
        return response(r, false_.replace('</saml:Issuer>', `</saml:Issuer>${moved}`));
      },
    ],
    [
      'wrapped: in an extension of the response',
      (r) =>
        response(r, `${evil(r).replace('</saml:Issuer>', `</saml:Issuer>${signatureOf(signed(r))}`)}`).replace(
          '<samlp:Status>',
          `<samlp:Extensions>${signed(r)}</samlp:Extensions><samlp:Status>`,
        ),
    ],
    ['wrapped: the same id twice', (r) => response(r, assertion(r, { name: 'desta', id: '_same' }) + signed(r, { id: '_same' }))],
    ['wrapped: a response inside a response', (r) => response(r, good(r))],
    [
      'the signature of another assertion',
      (r) => response(r, assertion(r, { name: 'desta', id: '_x' }).replace('</saml:Issuer>', `</saml:Issuer>${signatureOf(signed(r, { id: '_x' }))}`)),
    ],
    ['a signature that refers to the whole document', (r) => response(r, signed(r).replace(/URI="#[^"]+"/, 'URI=""'))],
    ['a comment in the name', (r) => good(r, { name: 'subject-1<!---->.evil' })],
    ['a comment in the address', (r) => good(r, { address: 'amina@ta.example<!-- -->.evil.example' })],
    ['CDATA in the name', (r) => good(r, { name: '<![CDATA[subject-1]]>' })],
    ['an instruction in the name', (r) => good(r, { name: 'subject-1<?x y?>' })],
    ['an element in the name', (r) => good(r, { name: 'subject-1<saml:x/>' })],
    ['another audience', (r) => good(r, { audience: 'https://other.example' })],
    ['no audience', (r) => good(r, { audience: '' })],
    ['another recipient', (r) => good(r, { recipient: 'https://other.example/acs' })],
    ['another destination', (r) => good(r, { destination: 'https://other.example/acs' })],
    ['another issuer', (r) => good(r, { issuer: 'https://evil.example' })],
    ['over', (r) => good(r, { from: new Date(Date.now() - 600_000), until: new Date(Date.now() - 300_000) })],
    ['not yet', (r) => good(r, { from: new Date(Date.now() + 300_000), until: new Date(Date.now() + 600_000) })],
    ['an answer to another request', (r) => good(r, { to: '_other', responseTo: '_other' })],
    ['an answer to another request inside', (r) => good(r, { to: '_other' })],
    ['an answer to no request', (r) => good(r).replace(/ InResponseTo="[^"]+"/, '')],
    ['a name for one time only', (r) => good(r, { format: '2.0:nameid-format:transient' })],
    [
      'an address said twice',
      (r) =>
        good(r, {
          attributes:
            '<saml:Attribute Name="mail"><saml:AttributeValue>amina@ta.example</saml:AttributeValue></saml:Attribute><saml:Attribute Name="mail"><saml:AttributeValue>desta@ta.example</saml:AttributeValue></saml:Attribute>',
        }),
    ],
    ['no success', (r) => good(r).replace(':status:Success', ':status:Responder')],
    ['a doctype', (r) => `<!DOCTYPE r>${good(r)}`],
    ['an entity', (r) => `<!DOCTYPE r [<!ENTITY n "desta">]>${good(r).replace('subject-1', '&n;')}`],
    ['an entity from outside', (r) => `<!DOCTYPE r [<!ENTITY n SYSTEM "file:///etc/passwd">]>${good(r).replace('subject-1', '&n;')}`],
    [
      'an entity bomb',
      (r) =>
        `<!DOCTYPE r [<!ENTITY a "ha">${Array.from({ length: 20 }, (_, n) => `<!ENTITY a${n} "&a${n - 1};&a${n - 1};">`).join('')}]>${good(r).replace('subject-1', '&a19;')}`,
    ],
    ['too deep', (r) => response(r, '<x>'.repeat(5_000) + '</x>'.repeat(5_000))],
    ['too large', (r) => good(r, { name: 'x'.repeat(180_000) })],
    ['no XML', () => 'hello'],
    ['nothing', () => ''],
  ];
  test.each(attacks)('%s', async (_, make) => {
    const browser = new Visitor(hub.base);
    const before = await sessions();
    const request = await begin(browser);
    const at = performance.now();
    const answer = await post(make(request), request.state);
    expect(answer.location).toBe('/signin?sso=refused');
    expect(performance.now() - at).toBeLessThan(2_000);
    await browser.get('/sso/lumaria/finish');
    expect((await browser.get('/account')).status).toBe(303);
    expect(await sessions()).toBe(before);
  });

  test('the same answer again, and the same assertion in another answer', async () => {
    const browser = new Visitor(hub.base);
    const request = await begin(browser);
    const xml = good(request, { id: '_once' });
    expect((await post(xml, request.state)).location).toBe('/sso/lumaria/finish');
    expect((await post(xml, request.state)).location).toBe('/signin?sso=over');
    const second = await begin(new Visitor(hub.base));
    expect((await post(xml, second.state)).location).toBe('/signin?sso=refused');
    expect((await post(good(second, { id: '_once' }), second.state)).location).toBe('/signin?sso=over');
  });
  test('in another browser than the one that began; a browser that began nothing', async () => {
    const victim = new Visitor(hub.base);
    const attacker = new Visitor(hub.base);
    const request = await begin(attacker);
    await begin(victim);
    const answer = await post(good(request), request.state);
    expect((await victim.get(answer.location!)).location).toBe('/signin?sso=over');
    expect((await new Visitor(hub.base).get(answer.location!)).location).toBe('/signin?sso=over');
    expect((await victim.get('/account')).status).toBe(303);
  });
  test('RelayState leads nowhere; unasked answers are refused; only this door takes forms from other sites', async () => {
    const request = await begin(new Visitor(hub.base));
    for (const state of ['https://evil.example/', '//evil.example', '/account', 'javascript:alert(1)', ''])
      expect((await post(good(request), state)).location).toBe('/signin?sso=refused');
    expect((await begin(new Visitor(hub.base), '?next=https://evil.example/')).acs).toBe(`${hub.base}/sso/lumaria/acs`);
    const browser = new Visitor(hub.base);
    expect((await walk(browser, {}, '?next=//evil.example')).location).toBe('/');
    expect((await browser.post('/account?/profile', { name: 'x' }, { origin: 'https://idp.example', 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await browser.post('/sso/lumaria/finish', {}, { origin: 'https://idp.example', 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  });
  test('an answer for one organization does not count for another; an address of another’s domain neither', async () => {
    const request = await begin(new Visitor(hub.base));
    expect((await post(good(request), request.state, 'bank')).location).toBe('/signin?sso=refused');
    expect((await walk(new Visitor(hub.base), { name: 'subject-1', address: 'amina@bank.example' })).location).toBe('/signin?sso=other_domain');
  });
});
