import { sql } from 'kysely';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { codeOf } from '#domains/people/authenticator.server.ts';
import { hashPassword } from '#domains/people/password.server.ts';
import { as } from '#platform/database/open.server.ts';
import { launch, newPage, shot } from '../support/browser.ts';
import { type Hub, openHub } from '../support/hub.ts';
import { type Community, plantCommunity } from '../support/people.ts';

const PASSWORD = 'seven quiet herons';
let community: Community;
let hub: Hub;
let browser: Browser;
beforeAll(async () => {
  process.env['INDABA_PSEUDO'] = '1';
  community = await plantCommunity();
  const hash = await hashPassword(PASSWORD);
  await as({ kind: 'clerk' }, (tx) => sql`update app.accounts set password_hash = ${hash}`.execute(tx));
  hub = await openHub();
  browser = await launch();
});
beforeEach(() => community.forget());
afterAll(async () => {
  delete process.env['INDABA_PSEUDO'];
  await browser?.close();
  await hub?.close();
  await community.database.drop();
});

const aged = () => community.behind(`update app.sessions set proved_at = now() - interval '20 minutes'`);
async function device(page: Page): Promise<void> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}
async function word(page: Page, slug: string): Promise<void> {
  await page.goto('/signin');
  await page.getByLabel('Work address').fill(`${slug}@example.test`);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

test('without JavaScript: codes from an app are set up, asked for, and confirm a dangerous act that loses nothing typed', async () => {
  const page = await newPage(browser, { base: hub.base, js: false, width: 400 });
  page.setDefaultTimeout(6_000);
  await word(page, 'amina');
  await page.goto('/account/second-factor');
  await page.getByRole('button', { name: 'Set up an app' }).click();
  expect(await page.getByAltText('QR code with the key').evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
  await shot(page, 'second-factor-400');
  const key = (await page.locator('main code').innerText()).replaceAll(' ', '');
  await page.getByLabel('Code').fill(codeOf(key, Date.now() - 30_000));
  await page.getByRole('button', { name: 'Turn it on' }).click();
  await page.getByText('Your recovery codes').waitFor();
  await shot(page, 'recovery-codes-400');
  await page.context().clearCookies();
  await word(page, 'amina');
  await page.getByText('Now type the code').waitFor();
  await shot(page, 'signin-second-400');
  await page.getByLabel('Code').fill(codeOf(key));
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.waitForURL(`${hub.base}/`);

  await aged();
  await page.goto('/account');
  await page.getByLabel('What is it for?').fill('weekly export');
  await page.getByText('Write', { exact: true }).click();
  await page.getByRole('button', { name: 'Make a token' }).click();
  await page.getByRole('heading', { name: 'Confirm that it is you' }).waitFor();
  await shot(page, 'prove-400');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByLabel('Code').fill(codeOf(key, Date.now() + 30_000));
  await page.getByRole('button', { name: 'Confirm', exact: true }).click();
  await page.getByText('Copy it now.').waitFor();
  const [token] = await community.behind<{ name: string; scopes: string[] }>(`select name, scopes from app.sessions where kind = 'token'`);
  expect(token).toEqual({ name: 'weekly export', scopes: ['read', 'write'] });
  await page.context().close();
});

test('an organization asks for passkeys: whoever has none makes one on the way in, and it confirms the next dangerous act', async () => {
  await as({ kind: 'clerk', as: community.ids['lucia']! }, (tx) =>
    sql`insert into app.sign_in_policies (organization_id, passkeys_only) values (${community.organizations['secretariat']}, true)`.execute(tx),
  );
  const page = await newPage(browser, { base: hub.base });
  page.setDefaultTimeout(6_000);
  await device(page);
  await word(page, 'lucia');
  await page.getByText('Your organization asks its members to sign in with a passkey').waitFor();
  await shot(page, 'signin-set-passkey-1280');
  await page.getByLabel('Name of the new passkey').fill('work phone');
  await page.getByRole('button', { name: 'Make a passkey and sign in' }).click();
  await page.waitForURL(`${hub.base}/`);
  await aged();
  await page.goto('/people/amina');
  await page.getByRole('button', { name: 'Give', exact: true }).click();
  await page.getByRole('heading', { name: 'Confirm that it is you' }).waitFor();
  await shot(page, 'prove-1280');
  expect(await page.getByLabel('Password').count()).toBe(0);
  await page.getByRole('button', { name: 'Confirm with a passkey' }).click();
  await page.getByText('The duty is given.').waitFor();
  // A second passkey, from a session that proved itself long ago: the name comes back.
  await aged();
  await page.goto('/account');
  await page.getByLabel('Name of the new passkey').fill('spare key');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByRole('heading', { name: 'Confirm that it is you' }).waitFor();
  await page.getByRole('button', { name: 'Confirm with a passkey' }).click();
  await page.waitForURL('**/account?key=**');
  expect(await page.getByLabel('Name of the new passkey').inputValue()).toBe('spare key');
  await page.context().close();
});

test('the pages can be looked at: both directions, both lights, phone and desk', async () => {
  await community.behind(`insert into app.recoveries (id, member_id) values (gen_random_uuid(), '${community.ids['jonas']}')`);
  for (const [locale, dark, width] of [
    ['en', false, 1280],
    ['ar-XB', true, 400],
    ['en', true, 400],
  ] as const) {
    const cookie = await community.cookie('lucia');
    const page = await newPage(browser, { base: hub.base, locale, dark, width, cookie });
    const prefix = locale === 'en' ? '' : '/ar-XB';
    for (const path of ['/signin/recover', '/recoveries', '/organizations/secretariat/sign-in', '/prove', '/account/second-factor']) {
      await page.goto(prefix + path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), path).toBeLessThanOrEqual(0);
      await shot(page, `signing-in${path.replaceAll('/', '-')}-${locale}-${dark ? 'dark' : 'light'}-${width}`);
    }
    await page.context().close();
  }
});
