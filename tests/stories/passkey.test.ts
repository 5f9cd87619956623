import type { Browser, CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keptMails } from '#platform/mail.server.ts';
import { startWorker } from '../../src/worker.ts';
import { launch, newPage, shot } from '../support/browser.ts';
import { type Hub, openHub } from '../support/hub.ts';
import { type Community, plantCommunity } from '../support/people.ts';

let community: Community;
let hub: Hub;
let browser: Browser;
let worker: { stop(): Promise<void> } | undefined;
beforeAll(async () => {
  community = await plantCommunity({ demo: true });
  hub = await openHub();
  browser = await launch();
  worker = await startWorker(community.database.worker);
});
afterAll(async () => {
  await worker?.stop();
  await browser?.close();
  await hub?.close();
  await community.database.drop();
});

/** A device with a finger reader, as the browser's own test protocol offers it. */
async function device(page: Page): Promise<{ cdp: CDPSession; id: string }> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return { cdp, id: authenticatorId };
}

test('Amina adds a passkey to her account, signs in with it without typing anything, and revokes it', async () => {
  const faults: string[] = [];
  const page = await newPage(browser, { base: hub.base });
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  const { cdp, id } = await device(page);

  await page.goto('/signin');
  await page.getByRole('button', { name: 'Become Amina' }).click();
  await page.goto('/account');
  // Without a name the browser says so and the device is not asked.
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  expect((await cdp.send('WebAuthn.getCredentials', { authenticatorId: id })).credentials).toHaveLength(0);
  await page.getByLabel('Name of the new passkey').fill('work phone');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByText('The passkey is added.').waitFor();
  expect(await page.getByRole('button', { name: 'Revoke work phone' }).count()).toBe(1);
  await shot(page, 'account-1280');

  await page.getByRole('button', { name: 'Sign out of this browser' }).click();
  await page.waitForURL('**/signin');
  await shot(page, 'signin-1280');
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await page.waitForURL(`${hub.base}/`);
  await page.goto('/account');
  expect(await page.getByText('amina@example.test').count()).toBeGreaterThan(0);

  // Her only way in cannot be taken away; a second one makes it possible.
  await page.getByRole('button', { name: 'Revoke work phone' }).click();
  await page.getByText('This is your only way in.').waitFor();
  await cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId: id });
  const second = await device(page);
  await page.getByLabel('Name of the new passkey').fill('spare key');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByRole('button', { name: 'Revoke spare key' }).waitFor();
  await page.getByRole('button', { name: 'Revoke spare key' }).click();
  await page.getByText('Revoked. It works no more').waitFor();
  await page.getByRole('button', { name: 'Sign out of this browser' }).click();
  await page.waitForURL('**/signin');
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await page.getByText('The hub did not accept this passkey.').waitFor();
  await second.cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId: second.id });
  expect(faults.filter((fault) => !fault.includes('422') && !fault.includes('409'))).toEqual([]);
  await page.context().close();
});

test('somebody invited by mail joins with a passkey, once, and comes back with it', async () => {
  const desta = await newPage(browser, { base: hub.base });
  desta.setDefaultTimeout(6_000);
  await desta.goto('/signin');
  await desta.getByRole('button', { name: 'Become Desta' }).click();
  await desta.goto('/organizations/lumaria');
  await desta.getByLabel('Work address').fill('ruvi@ta.example');
  await desta
    .getByRole('button', { name: /Invite|Send/ })
    .first()
    .click();
  await desta.getByText('The mail is on its way to ruvi@ta.example.').waitFor();
  const mail = () => keptMails().find((each) => each.to === 'ruvi@ta.example')?.text ?? '';
  await expect.poll(mail, { timeout: 10_000 }).toContain('/join/');
  const link = /\/join\/[\w-]{43}/.exec(mail())![0];

  const page = await newPage(browser, { base: hub.base, width: 400 });
  page.setDefaultTimeout(6_000);
  await device(page);
  await page.goto(link);
  await page.getByLabel('Your name').fill('Ruvi Tane');
  await page.getByRole('button', { name: 'Join with a passkey' }).click();
  await page.waitForURL('**/account');
  await page.goto('/organizations/lumaria');
  await page.getByText('Ruvi Tane').first().waitFor();
  await page.goto('/account');
  await page.getByRole('button', { name: 'Sign out of this browser' }).click();
  await page.waitForURL('**/signin');
  await page.goto(link);
  await page.getByRole('button', { name: 'Join with a passkey' }).waitFor({ state: 'detached' });
  await page.goto('/signin');
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await page.waitForURL(`${hub.base}/`);
  await desta.context().close();
  await page.context().close();
});

test('without JavaScript the page says what passkeys need, and the password form is there', async () => {
  const page = await newPage(browser, { base: hub.base, js: false, width: 400 });
  await page.goto('/signin');
  expect(await page.getByText('Passkeys need JavaScript').isVisible()).toBe(true);
  expect(await page.getByLabel('Password').isVisible()).toBe(true);
  await page.getByRole('button', { name: 'Become Lucia' }).click();
  await page.goto('/people');
  await shot(page, 'people-400');
  await page.goto('/organizations/lumaria');
  await shot(page, 'organization-400');
  await page.context().close();
});
