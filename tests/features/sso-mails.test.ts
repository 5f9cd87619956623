/** Mails about single sign-on: who is told, in their own words, and who is not. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { mailSso } from '#domains/people/single-sign-on/mail-sso.server.ts';
import { newId } from '#platform/ids.ts';
import { keptMails } from '#platform/mail.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { type Community, plantCommunity } from '../support/people.ts';

const [connection, request] = [newId(), newId()];
let hub: Community;
let before: Set<string>;
beforeAll(async () => {
  hub = await plantCommunity();
  await hub.behind(`alter table app.sso_connections disable trigger user;
    insert into app.sso_connections (id, organization_id, kind, issuer, client_id, sealed_secret, tested_at) values ('${connection}', '${hub.organizations['lumaria']}', 'oidc', 'https://idp.example', 'indaba', 'x', now());
    alter table app.sso_connections enable trigger user;
    insert into app.sso_requests (id, connection_id, organization_id, subject, address, name, slug) values ('${request}', '${connection}', '${hub.organizations['lumaria']}', 's-1', 'newcomer@lumaria.example', 'New Comer', 'new-comer')`);
});
beforeEach(() => {
  before = new Set(keptMails().map(({ id }) => id));
});
afterAll(async () => {
  await closePools();
  await hub.database.drop();
});
const sent = () => keptMails().filter(({ id }) => !before.has(id));

test('somebody asks to be let in: the focal points of that organization are told, nobody else', async () => {
  await mailSso({ ids: { what: 'asked', connection, request } });
  expect(sent().map(({ to }) => to)).toEqual(['desta@example.test']);
  expect(sent()[0]).toMatchObject({ subject: 'New Comer asks to join Telecommunications Authority of Lumaria' });
  expect(sent()[0]!.text).toContain('newcomer@lumaria.example');
  expect(sent()[0]!.text).toMatch(/\/organizations\/lumaria\/single-sign-on\n/);
});

test('somebody joined by themselves: the focal points are told; a suspended one is not, nor the person', async () => {
  await mailSso({ ids: { what: 'joined', connection, member: hub.ids['amina']! } });
  expect(sent().map(({ to }) => to)).toEqual(['desta@example.test']);
  expect(sent()[0]!.subject).toContain('Amina has joined');
  before = new Set(keptMails().map(({ id }) => id));
  await mailSso({ ids: { what: 'joined', connection, member: hub.ids['desta']! } });
  expect(sent()).toEqual([]);
});

test('let in by a focal point: the person is told at the address the provider gave, with the way in', async () => {
  await mailSso({ ids: { what: 'admitted', connection, member: hub.ids['amina']! } });
  expect(sent()).toMatchObject([{ to: 'amina@example.test', subject: 'You can sign in now' }]);
  expect(sent()[0]!.text).toMatch(/Sign in through your institution: \S+\/signin/);
  for (const mail of sent()) expect(mail.text).not.toMatch(/idp\.example|secret|subject/i);
});

test('what was decided, or left, meanwhile is mailed to nobody', async () => {
  await hub.behind(`update app.sso_requests set decided_at = now(), decided_as = 'declined' where id = '${request}'`);
  await mailSso({ ids: { what: 'asked', connection, request } });
  await hub.behind(`update app.members set status = 'suspended' where slug = 'amina'`);
  await mailSso({ ids: { what: 'admitted', connection, member: hub.ids['amina']! } });
  await mailSso({ ids: { what: 'joined', connection: newId(), member: hub.ids['jonas']! } });
  expect(sent()).toEqual([]);
  await hub.behind(`update app.members set status = 'active' where slug = 'amina'`);
});
