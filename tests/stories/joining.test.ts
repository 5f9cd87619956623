/** The pages of applying, vetting, guests and the yearly confirmation in a real browser; looked over by axe, narrow and wide, light and dark, both directions. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { sql } from 'kysely';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addToCircle } from '#domains/people/add-to-circle.server.ts';
import { bringGuest } from '#domains/people/guests/guests.server.ts';
import { applyToTakePart } from '#domains/people/joining/apply.server.ts';
import { nameDomain } from '#domains/people/joining/domains.server.ts';
import { confirmContact } from '#domains/people/joining/my-application.server.ts';
import { answerVetting } from '#domains/people/joining/vet-application.server.ts';
import { makeCircle } from '#domains/people/make-circle.server.ts';
import { keyOf, newSecret, storedHash } from '#domains/people/secrets.server.ts';
import { as } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';
import { launch, newPage, shot } from '../support/browser.ts';
import { type Hub, openHub } from '../support/hub.ts';
import { type Community, plantCommunity } from '../support/people.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
declare const window: { axe: { run(context: unknown, options: unknown): Promise<{ violations: Array<{ id: string; nodes: Array<{ html: string }> }> }> } };

let community: Community;
let hub: Hub;
let browser: Browser;
let token = '';
let application = '';
let circle = '';
const visitor = { kind: 'visitor' } as const;
beforeAll(async () => {
  process.env.INDABA_PSEUDO = '1';
  community = await plantCommunity();
  hub = await openHub();
  browser = await launch();
  const contact = (n: number, name: string) => ({ [`name_${n}`]: name, [`role_${n}`]: 'Head of supervision', [`email_${n}`]: `c${n}@1umaria.example` });
  const said = {
    name: 'Payments Office of Norland',
    kind: 'regulator',
    mandate: 'Mobile money and agents.\nBy the Payments Act, section 4.',
    jurisdictions: 'Norland',
    domain: '1umaria.example',
  };
  await as(visitor, (tx) =>
    applyToTakePart(tx, { ...said, ...contact(1, 'Ada Berg'), ...contact(2, 'Bo Dahl'), why: 'To warn and be warned in time.', retry_key: newId() }),
  );
  application = (await community.behind<{ id: string }>('select id from app.applications'))[0]!.id;
  token = newSecret();
  await as({ kind: 'clerk' }, (tx) => sql`update app.application_contacts set token_hash = ${storedHash(keyOf(token))} where place = 1`.execute(tx));
  const lucia = await community.be('lucia');
  await as(lucia, (tx) => nameDomain(tx, { domain: 'lumaria.example', organizationId: community.organizations['lumaria']! }));
  await community.behind(`update app.organization_domains set proved_at = now(), method = 'dns'`);
  await as(lucia, (tx) => nameDomain(tx, { domain: 'ta.example', organizationId: community.organizations['lumaria']! }));
  await as(lucia, (tx) => answerVetting(tx, { id: application, question: 'mandate', answer: 'yes', remark: 'Read section 4 in the gazette of 3 May 2019.' }));
  const jonas = await community.be('jonas');
  ({ slug: circle } = await as(jonas, (tx) => makeCircle(tx, { name: 'SIM swap', purpose: '', retry_key: newId() })));
  await as(jonas, (tx) => addToCircle(tx, { circle, member: 'amina' }));
  await as(jonas, (tx) => bringGuest(tx, { circle, whom: 'organization/sika', until: new Date(Date.now() + 40 * 86_400_000).toISOString().slice(0, 10) }));
  await community.behind(`update app.memberships set confirmed_at = now() - interval '370 days' where member_id = '${community.ids['amina']}'`);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await hub?.close();
  await community?.database.drop();
});

async function looksRight(page: Page, name: string): Promise<void> {
  await shot(page, name);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${page.url()} is too wide`).toBe(true);
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  expect(violations.map(({ id, nodes }) => `${page.url()} ${id}: ${nodes[0]?.html}`)).toEqual([]);
}

const looks = [
  { width: 400, locale: 'en', dark: false },
  { width: 1280, locale: 'en', dark: true },
  { width: 400, locale: 'ar-XB', dark: true },
  { width: 1280, locale: 'ar-XB', dark: false },
];
const pages: [name: string, who: string | null, address: () => string][] = [
  ['apply', null, () => '/apply'],
  ['application-asks', null, () => `/apply/${token}`],
  ['applications', 'lucia', () => '/applications'],
  ['vetting', 'lucia', () => `/applications/${application}`],
  ['domains', 'desta', () => '/organizations/lumaria/domains'],
  ['guests', 'jonas', () => `/circles/${circle}/guests`],
  ['confirm', 'desta', () => '/organizations/lumaria/confirm'],
  ['confirmations', 'lucia', () => '/confirmations'],
];
test.each(pages)(
  '%s looks right everywhere',
  async (name, who, address) => {
    for (const look of looks) {
      const page = await newPage(browser, { ...look, base: hub.base, ...(who ? { cookie: await community.cookie(who) } : {}) });
      const answer = await page.goto(hub.base + (look.locale === 'en' ? '' : `/${look.locale}`) + address());
      expect(answer?.status(), address()).toBe(200);
      await looksRight(page, `joining-${name}-${look.width}-${look.locale}${look.dark ? '-dark' : ''}`);
      await page.context().close();
    }
  },
  60_000,
);

test('an applicant confirms by hand, and sees the record to publish', async () => {
  const page = await newPage(browser, { base: hub.base, width: 400 });
  await page.goto(`${hub.base}/apply/${token}`);
  await page.getByRole('button', { name: 'Confirm', exact: true }).click();
  await page.getByText('You have confirmed.').waitFor();
  await as(visitor, (tx) => confirmContact(tx, { token }));
  expect(await page.getByText('_indaba.1umaria.example').count()).toBe(1);
  await looksRight(page, 'joining-application-400');
  await page.context().close();
});
