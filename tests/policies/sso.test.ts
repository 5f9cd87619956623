/** Who may see and do what of single sign-on, past every screen: straight at the tables and functions. What each role may do at all: roles.test.ts. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createToken } from '#domains/people/create-token.server.ts';
import { keyOf } from '#domains/people/secrets.server.ts';
import { type Actor, as } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';
import { type Community, plantCommunity } from '../support/people.ts';

let community: Community;
const actors: Record<string, Actor> = { visitor: { kind: 'visitor' } };
const connection = newId();
const request = newId();

beforeAll(async () => {
  community = await plantCommunity();
  const organization = community.organizations['lumaria'];
  for (const who of ['amina', 'desta', 'jonas', 'mei', 'karim', 'lucia', 'eve']) actors[who] = await community.be(who);
  const { token } = await as(actors['desta']!, (tx) => createToken(tx, { name: 't', scopes: ['read', 'write'], days: 1 }));
  actors["desta's token"] = { kind: 'person', key: keyOf(token) };
  actors['suspended'] = await community.be('mei');
  await community.behind(`
    insert into app.organization_domains (id, organization_id, domain, method, proved_at) values ('${newId()}', '${organization}', 'ta.example', 'dns', now());
    insert into app.sso_connections (id, organization_id, kind, issuer, client_id, sealed_secret, tested_at, joining) values ('${connection}', '${organization}', 'oidc', 'https://id.example', 'hub', 'sealed', now(), 'automatic');
    update app.sso_connections set tested_at = now();
    insert into app.sso_requests (id, connection_id, organization_id, subject, address, name, slug) values ('${request}', '${connection}', '${organization}', 's', 's@ta.example', 'S', 's');
    insert into app.sso_links (connection_id, subject, member_id) values ('${connection}', 'amina', '${community.ids['amina']}');
    update app.members set status = 'suspended' where slug = 'mei'`);
});
afterAll(() => community.database.drop());

const counts = async (who: string, from: string): Promise<number | 'refused'> =>
  as(actors[who]!, async (tx) => Number((await sql.raw<{ n: string }>(`select count(*) as n from ${from}`).execute(tx)).rows[0]!.n)).catch(
    () => 'refused' as const,
  );

describe('reading', () => {
  const everybody = ['visitor', 'eve', 'karim', 'amina', 'desta', "desta's token", 'jonas', 'lucia', 'suspended'];
  test.each([
    // One’s own connections from a browser; the requests of one’s own people.
    ['(select id, issuer, client_id from app.sso_connections) x', { desta: 1 }],
    ['(select id, name, address from app.sso_requests) x', { desta: 1, "desta's token": 1 }],
  ] as const)('%s', async (from, table) => {
    for (const who of everybody)
      expect([who, await counts(who, from)]).toEqual([who, who === 'visitor' ? 'refused' : ((table as Record<string, number>)[who] ?? 0)]);
  });
  test.each([
    '(select sealed_secret from app.sso_connections) x',
    '(select subject from app.sso_requests) x',
    'app.sso_links',
    'app.sso_tries',
    'app.sso_barred',
  ])('%s: nobody', async (from) => {
    for (const who of everybody) expect([who, await counts(who, from)]).toEqual([who, 'refused']);
  });
});

describe('what only the process that holds the key can say', () => {
  const state = Buffer.alloc(32, 1);
  test('the connection with its secret, an answer, who arrived', async () => {
    for (const who of ['visitor', 'eve', 'amina', 'desta', 'lucia'])
      await as(actors[who]!, async (tx) => {
        expect((await sql`select * from app.sso_connection('lumaria', ${Buffer.alloc(32)})`.execute(tx)).rows).toEqual([]);
        await sql`select app.sso_begin(${newId()}, ${Buffer.from(who.padEnd(32))}, ${state}, ${connection}, 'enter', '/')`.execute(tx);
        expect(
          (await sql<{ t: boolean }>`select app.sso_take(${connection}, ${Buffer.from(who.padEnd(32))}, ${state}, ${Buffer.alloc(32)}) as t`.execute(tx))
            .rows[0]!.t,
        ).toBe(false);
      });
    await expect(
      as(actors['visitor']!, (tx) => sql`select app.sso_arrive(${connection}, ${state}, '{"subject": "amina"}', null, ${Buffer.alloc(32)})`.execute(tx)),
    ).rejects.toMatchObject({ status: 403 });
  });
  test('nobody marks a connection as tested, or makes a member or a link by hand', async () => {
    for (const who of ['amina', 'desta', 'lucia', 'eve'])
      for (const statement of [
        `update app.sso_connections set tested_at = now()`,
        `select app.sso_admit('${connection}', 'x', 'x@ta.example', 'X', 'x', gen_random_uuid(), gen_random_uuid())`,
        `insert into app.sso_links (connection_id, subject, member_id) values ('${connection}', 'x', '${community.ids['lucia']}')`,
        `update app.sso_requests set decided_as = 'admitted', decided_at = now()`,
      ])
        await expect(
          as(actors[who]!, (tx) => sql.raw(statement).execute(tx)),
          `${who}: ${statement}`,
        ).rejects.toBeTruthy();
  });
});

describe('stepping up', () => {
  test('connecting, changing, removing, deciding and ending sessions ask for a fresh proof', async () => {
    const stale = await community.be('desta');
    await community.behind(`update app.sessions set proved_at = now() - interval '1 hour'`);
    for (const statement of [
      `update app.sso_connections set joining = 'off'`,
      `update app.sso_connections set issuer = 'https://other.example'`,
      `delete from app.sso_connections`,
      `select app.decide_sso_request('${request}', true, gen_random_uuid(), gen_random_uuid())`,
      `select app.end_sessions_of('${community.organizations['lumaria']}')`,
    ])
      await expect(
        as(stale, (tx) => sql.raw(statement).execute(tx)),
        statement,
      ).rejects.toMatchObject({ code: 'people.step_up.needed' });
    const begun = await as(stale, (tx) =>
      sql<{ b: boolean }>`select app.sso_begin(${newId()}, ${Buffer.alloc(32, 9)}, ${Buffer.alloc(32, 9)}, ${connection}, 'test', '/') as b`.execute(tx),
    );
    expect(begun.rows[0]!.b).toBe(false);
  });
});
