/** Two stewards close an organization: its people are out within five seconds, its ways in are gone, what was written stays under its name. */
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createToken } from '#domains/people/create-token.server.ts';
import { as } from '#platform/database/open.server.ts';
import { type Hub, openHub, Visitor } from '../support/hub.ts';
import { type Community, plantCommunity } from '../support/people.ts';

let community: Community;
let hub: Hub;
beforeAll(async () => {
  community = await plantCommunity();
  hub = await openHub();
  const { ids, organizations: o } = community;
  await community.behind(`insert into app.hub_roles values ('${ids['mei']}', 'steward'), ('${ids['desta']}', 'trustee');
    alter table app.organization_domains disable trigger user; alter table app.sso_connections disable trigger user; alter table app.on_call disable trigger user; alter table app.adopted_spaces disable trigger user;
    insert into app.organization_domains (id, organization_id, domain, method, proved_at) values (gen_random_uuid(), '${o['lumaria']}', 'lumaria.example', 'dns', now());
    insert into app.sso_connections (id, organization_id, kind, issuer, client_id, sealed_secret, tested_at) values (gen_random_uuid(), '${o['lumaria']}', 'oidc', 'https://idp.lumaria.example', 'indaba', 'x', now());
    insert into app.on_call (id, organization_id, name, phone) values (gen_random_uuid(), '${o['lumaria']}', 'Night desk', '1');
    alter table app.organization_domains enable trigger user; alter table app.sso_connections enable trigger user; alter table app.on_call enable trigger user;
    insert into app.adopted_spaces (id, organization_id, space_id, audience_id, state) select gen_random_uuid(), '${o['lumaria']}', id, 2, 'adopted' from app.spaces;
    alter table app.adopted_spaces enable trigger user;
    insert into app.invitations (id, organization_id, email, invited_by) select gen_random_uuid(), '${o['lumaria']}', 'new@example.test', id from app.bylines where member_id = '${ids['desta']}'`);
});
afterAll(async () => {
  await hub?.close();
  await community.database.drop();
});
async function browser(slug: string): Promise<Visitor> {
  const visitor = new Visitor(hub.base);
  visitor.cookies.set('indaba', await community.cookie(slug));
  return visitor;
}
/** When the hub ends the stream of a browser. */
async function streamEnd(visitor: Visitor): Promise<{ ended: Promise<number> }> {
  const cookie = [...visitor.cookies].map((pair) => pair.join('=')).join('; ');
  const response = await fetch(`${hub.base}/events`, { headers: { cookie, accept: 'text/event-stream' } });
  expect(response.status).toBe(200);
  const reader = response.body!.getReader();
  await reader.read();
  const ended = (async () => {
    while (!(await reader.read().catch(() => ({ done: true }))).done);
    return Date.now();
  })();
  return { ended };
}
const of = (table: string) => community.behind(`select 1 from app.${table} where organization_id = '${community.organizations['lumaria']}'`);

test('closed by two, from the page of the organization: everybody out within five seconds, every way in gone', async () => {
  const [lucia, mei, amina, desta] = [await browser('lucia'), await browser('mei'), await browser('amina'), await browser('desta')];
  const { token } = await as(await community.be('amina'), (tx) => createToken(tx, { name: 't', scopes: [], days: 1 }));
  const api = () => fetch(`${hub.base}/api/v1/two-person-acts`, { headers: { authorization: `Bearer ${token}` } }).then(({ status }) => status);
  expect(await api()).toBe(200);
  const address = '/acts/new?kind=expel_organization&organization=lumaria';
  expect((await lucia.get('/organizations/lumaria')).text).toContain('Propose to close this organization');
  expect((await amina.get('/organizations/lumaria')).text).not.toContain('Propose to close');
  expect((await amina.get(address)).status).toBe(404);
  const page = (await lucia.get(address)).text;
  for (const fact of ['Amina', 'Desta', 'lumaria.example', 'https://idp.lumaria.example', 'Loses the duty']) expect(page).toContain(fact);
  const act = (await lucia.post(address, { reason: 'The authority was dissolved by law.' })).location!.split('?')[0]!;
  const [, hash] = /name="hash" value="([0-9a-f]{64})"/.exec((await mei.get(act)).text)!;
  const streams = [await streamEnd(amina), await streamEnd(desta)];
  const began = Date.now();
  expect((await mei.post(`${act}?/confirm`, { hash: hash! })).status).toBe(200);
  for (const took of await Promise.all(streams.map(({ ended }) => ended))) expect(took - began).toBeLessThan(5_000);
  for (const visitor of [amina, desta]) expect((await visitor.get('/account')).location).toContain('/signin');
  expect(await api()).toBe(401);
  for (const table of ['memberships', 'organization_domains', 'sso_connections', 'on_call', 'adopted_spaces', 'circle_members'])
    expect(await of(table), table).toEqual([]);
  expect(
    await community.behind(`select 1 from app.invitations where organization_id = '${community.organizations['lumaria']}' and revoked_at is null`),
  ).toEqual([]);
  expect(await community.behind(`select slug, status from app.members where slug in ('amina', 'desta') order by slug`)).toEqual([
    { slug: 'amina', status: 'left' },
    { slug: 'desta', status: 'left' },
  ]);
  expect(await community.behind(`select 1 from app.hub_roles where member_id = '${community.ids['desta']}'`)).toEqual([]);
});

test('what its people wrote stays under its name; its page says that it is closed; members read of it', async () => {
  expect(
    await community.behind(
      `select name, organization_id is not null as theirs from app.bylines where member_id = '${community.ids['amina']}' and kind = 'person'`,
    ),
  ).toEqual([{ name: 'Amina', theirs: true }]);
  const page = (await (await browser('jonas')).get('/organizations/lumaria')).text;
  expect(page).toContain('Two stewards closed this organization');
  expect(page).not.toContain('Propose to close');
  const events = await as(await community.be('jonas'), (tx) =>
    sql<{ kind: string }>`select kind from app.events where kind = 'organization.closed'`.execute(tx),
  );
  expect(events.rows).toHaveLength(1);
});

test('nothing brings it back: no invitation, membership, circle, domain or sign-in service; a second act finds nothing', async () => {
  const lumaria = community.organizations['lumaria']!;
  const lucia = await browser('lucia');
  expect((await lucia.get('/organizations/lumaria')).text).not.toContain('action="?/invite"');
  for (const insert of [
    `insert into app.memberships (member_id, organization_id) values ('${community.ids['jonas']}', '${lumaria}')`,
    `insert into app.invitations (id, organization_id, email, invited_by) select gen_random_uuid(), '${lumaria}', 'x@example.test', id from app.bylines where member_id = '${community.ids['lucia']}'`,
    `insert into app.organization_domains (id, organization_id, domain) values (gen_random_uuid(), '${lumaria}', 'lumaria.example')`,
  ])
    await expect(community.behind(insert)).rejects.toThrow('people.organization.ended');
  expect((await lucia.get('/acts/new?kind=expel_organization&organization=lumaria')).status).toBe(404);
});
