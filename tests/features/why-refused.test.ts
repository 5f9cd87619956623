/** A form that was refused says what is behind it, where that is known of whoever sent it: terms not accepted, a duty that has ended. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publishAgreement } from '#domains/govern/publish-agreement.server.ts';
import { actOnMembership } from '#domains/people/act-on-membership.server.ts';
import { as } from '#platform/database/open.server.ts';
import { type Hub, openHub, Visitor } from '../support/hub.ts';
import { type Community, plantCommunity } from '../support/people.ts';

let community: Community;
let hub: Hub;
beforeAll(async () => {
  community = await plantCommunity();
  hub = await openHub();
}, 60_000);
afterAll(async () => {
  await hub?.close();
  await community?.database.drop();
});

async function browser(slug: string): Promise<Visitor> {
  const visitor = new Visitor(hub.base);
  visitor.cookies.set('indaba', await community.cookie(slug));
  return visitor;
}

const suspend = (browser: Visitor) => browser.post('/people/amina/membership?organization=lumaria&act=suspended', { reason: 'A lost laptop' });

test('a duty held for somebody has ended: the form says which, for whom and when; whoever never had one is told nothing', async () => {
  const [jonas, mei] = [await browser('jonas'), await browser('mei')];
  await community.behind(`insert into app.delegations (id, duty, organization_id, from_member, to_member, starts_at, ends_at, reason)
    select gen_random_uuid(), 'reviewer', null, m.id, j.id, now() - interval '3 days', now() - interval '1 hour', 'Away' from app.members m, app.members j where m.slug = 'mei' and j.slug = 'jonas'`);
  const told = await suspend(jonas);
  expect(told.status).toBe(404);
  expect(told.text).toMatch(/needs a duty you no longer hold: [^,]+, for Mei, until/);
  expect((await suspend(mei)).text).not.toContain('no longer hold');
  // Reading says nothing of it: a page that is not there stays just that.
  expect((await jonas.get('/circles/absent')).text).not.toContain('no longer hold');
});

test('a duty taken back says so too; given again, it no longer does', async () => {
  const desta = await browser('desta');
  const made = async (act: 'made_member' | 'made_focal_point') =>
    as(await community.be('lucia'), (tx) => actOnMembership(tx, { member: 'desta', organization: 'lumaria', act, reason: 'Rotation' }));
  await made('made_member');
  expect((await suspend(desta)).text).toContain('a duty you no longer hold');
  await made('made_focal_point');
  expect((await desta.post('/circles/absent/settings', { name: 'x' })).text).not.toContain('a duty you no longer hold');
});

test('terms that were not accepted: the form says so, keeps what was typed, and the page leads to them', async () => {
  const amina = await browser('amina');
  const write = () => amina.post('/messages/new?/send', { people: 'mei', body: 'quokkas', retry_key: crypto.randomUUID() });
  await as(await community.be('lucia'), (tx) => publishAgreement(tx, { document: 'terms', title: 'Terms', body: 'Be kind.', changes: 'All of it' }));
  const refused = await write();
  expect(refused.text).toContain('This was not done: the terms');
  expect(refused.text).toContain('quokkas');
  expect(refused.text).toContain('href="/terms"');
  // Also where the page of the form is one that is not there for her.
  expect((await suspend(amina)).text).toContain('This was not done: the terms');
  await community.behind("update app.members set agreed = true where slug = 'amina'");
  expect((await write()).text).not.toContain('This was not done');
});
