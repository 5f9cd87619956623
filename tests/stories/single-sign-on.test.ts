/** An institution is connected, tested and used in a real browser, without script: what cookies, content policy and other sites really do. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { newId } from '#platform/ids.ts';
import { launch, newPage, shot } from '../support/browser.ts';
import { type Hub, openHub } from '../support/hub.ts';
import { type Idp, openIdp } from '../support/oidc.ts';
import { type Community, plantCommunity } from '../support/people.ts';
import { assertion, encode, makeKey, metadataOf, readRequest, response, sign } from '../support/saml.ts';

let community: Community;
let hub: Hub;
let browser: Browser;
let oidc: Idp;
let saml: Server;
// Another name for this machine is another site for a browser.
let entry: string;
const keys = { issuer: 'https://idp.example/meta', ...makeKey() };
let who = { name: 'jonas', address: 'jonas@bank.example' };

beforeAll(async () => {
  process.env['INDABA_PSEUDO'] = '1';
  community = await plantCommunity();
  for (const [slug, domain] of [
    ['lumaria', 'ta.example'],
    ['bank', 'bank.example'],
  ] as const)
    await community.behind(
      `insert into app.organization_domains (id, organization_id, domain, method, proved_at) values ('${newId()}', '${community.organizations[slug]}', '${domain}', 'dns', now())`,
    );
  oidc = await openIdp();
  saml = createServer((request, answer) => {
    const asked = readRequest(`http://idp${request.url}`);
    const xml = response(asked, sign(assertion(asked, who), keys));
    answer
      .writeHead(200, { 'content-type': 'text/html' })
      .end(
        `<form method="post" action="${asked.acs}"><input type="hidden" name="SAMLResponse" value="${encode(xml)}"><input type="hidden" name="RelayState" value="${asked.state}"><button>Go back</button></form>`,
      );
  });
  await new Promise<void>((done) => saml.listen(0, '127.0.0.1', done));
  entry = `http://127.0.0.1:${(saml.address() as AddressInfo).port}/sso`;
  hub = await openHub();
  await oidc.clients([{ client_id: 'hub', client_secret: 'a secret of the provider', redirect_uris: [`${hub.base}/sso/lumaria/return`] }]);
  browser = await launch();
}, 60_000);
beforeEach(() => community.forget());
afterAll(async () => {
  delete process.env['INDABA_PSEUDO'];
  await browser?.close();
  await hub?.close();
  await oidc?.close();
  saml?.close();
  await community.database.drop();
});

const open = async (slug: string | undefined, path: string, more: { locale?: string; dark?: boolean; width?: number } = {}): Promise<Page> => {
  const page = await newPage(browser, { base: hub.base, js: false, ...(slug ? { cookie: await community.cookie(slug) } : {}), ...more });
  await page.goto(`${more.locale ? `/${more.locale}` : ''}${path}`);
  return page;
};
async function signInAtProvider(page: Page, login: string): Promise<void> {
  await page.fill('input[name=login]', login);
  await page.fill('input[name=password]', 'any');
  await page.click('button[type=submit]');
  // The first time it asks whether the hub may know.
  if (page.url().includes('/interaction/')) await page.click('button[type=submit]');
}

test('a focal point connects a provider by OpenID Connect, tests it, and a colleague comes in by it', async () => {
  oidc.people['desta'] = { email: 'desta@ta.example', email_verified: true };
  oidc.people['nia'] = { email: 'nia@ta.example', email_verified: true, name: 'Nia' };
  const page = await open('desta', '/organizations/lumaria/single-sign-on');
  await page.fill('input[name=issuer]', oidc.issuer);
  await page.fill('input[name=client_id]', 'hub');
  await page.fill('input[name=client_secret]', 'a secret of the provider');
  await page.click('form[action="?/oidc"] button');
  await page.waitForSelector('text=Saved. Now test it');
  expect(await page.content()).not.toContain('a secret of the provider');
  await page.click('text=Test the connection');
  await signInAtProvider(page, 'desta');
  await page.waitForSelector('text=It counts now');
  await page.check('input[value=automatic]');
  await page.click('form[action="?/joining"] button');
  await page.waitForSelector('text=Saved.');
  const nia = await open(undefined, '/signin?next=/people');
  await nia.fill('input[name=work_address]', 'nia@ta.example');
  await nia.click('text=Go on');
  await shot(nia, 'sso-signin-1280');
  await nia.click('text=Continue with Telecommunications Authority of Lumaria');
  await signInAtProvider(nia, 'nia');
  expect(new URL(nia.url()).pathname).toBe('/people');
  await nia.goto('/account');
  expect(await nia.textContent('body')).toContain('by single sign-on');
  await shot(nia, 'sso-account-1280');
}, 60_000);

test('by SAML the provider posts from another site, and the browser that began is let in', async () => {
  const page = await open('jonas', '/organizations/bank/single-sign-on#saml');
  await page.click('summary:has-text("SAML")');
  await page.setInputFiles('input[name=metadata_file]', { name: 'metadata.xml', mimeType: 'application/xml', buffer: Buffer.from(metadataOf(keys, entry)) });
  await page.click('form[action="?/saml"] button');
  await page.waitForSelector('text=Saved. Now test it');
  await page.click('text=Test the connection');
  await page.click('text=Go back');
  await page.waitForSelector('text=It counts now');
  await page.check('input[value=automatic]');
  await page.click('form[action="?/joining"] button');
  who = { name: 'zola', address: 'zola@bank.example' };
  const zola = await open(undefined, '/sso/bank/begin?next=/account');
  expect(new URL(zola.url()).hostname).toBe('127.0.0.1');
  await zola.click('text=Go back');
  expect(new URL(zola.url()).pathname).toBe('/account');
  expect(await zola.textContent('body')).toContain('zola@bank.example');
}, 60_000);

test('its pages at every width, in the dark and from right to left', async () => {
  for (const [name, more] of [
    ['1280', {}],
    ['400-dark', { width: 400, dark: true }],
    ['400-rtl', { width: 400, locale: 'ar-XB' }],
  ] as const) {
    const page = await open('desta', '/organizations/lumaria/single-sign-on', more);
    await shot(page, `sso-settings-${name}`);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    const door = await open(undefined, '/signin', more);
    await shot(door, `sso-signin-${name}`);
    expect(await door.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  }
}, 60_000);
