import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashPassword } from '#domains/people/password.server.ts';
import { as } from '#platform/database/open.server.ts';
import { type Hub, openHub, Visitor } from '../support/hub.ts';
import { type Community, plantCommunity } from '../support/people.ts';

const PASSWORD = 'seven quiet herons';
let community: Community;
let hub: Hub;
beforeAll(async () => {
  community = await plantCommunity({ demo: true });
  const hash = await hashPassword(PASSWORD);
  await as({ kind: 'clerk' }, (tx) =>
    sql`update app.accounts set password_hash = ${hash} where email_key in ('amina@example.test', 'jonas@example.test')`.execute(tx),
  );
  hub = await openHub();
});
afterAll(async () => {
  await hub?.close();
  await community.database.drop();
});

const signedInAs = async (visitor: Visitor) => (await visitor.get('/signin')).text;

describe('in a demonstration', () => {
  test('one click becomes a member of the cast, and signing out ends the session, not only the cookie', async () => {
    const visitor = new Visitor(hub.base);
    const page = await visitor.get('/signin');
    expect(page.text).toContain('Become Lucia');
    const answer = await visitor.post('/signin?/become', { slug: 'lucia' });
    expect([answer.status, answer.location]).toEqual([303, '/']);
    const cookie = visitor.cookies.get('indaba')!;
    expect(answer.headers.getSetCookie()[0]).toMatch(/HttpOnly/i);
    expect(answer.headers.getSetCookie()[0]).toMatch(/SameSite=Lax/i);
    expect(await signedInAs(visitor)).toContain('You are signed in as Lucia.');
    const out = await visitor.post('/signout');
    expect(out.status).toBe(303);
    // What the browser kept goes too; that this browser is known stays.
    expect(out.headers.get('clear-site-data')).toBe('"cache", "storage"');
    const thief = new Visitor(hub.base);
    thief.cookies.set('indaba', cookie);
    expect(await signedInAs(thief)).not.toContain('You are signed in');
  });
  test.each([
    ['a proxy stands between', { 'x-forwarded-for': '203.0.113.9' }],
    ['a proxy that says nothing but via', { via: '1.1 cache' }],
  ])('not when %s', async (_, headers) => {
    const visitor = new Visitor(hub.base, headers as unknown as Record<string, string>);
    expect((await visitor.get('/signin')).text).not.toContain('Become');
    expect((await visitor.post('/signin?/become', { slug: 'lucia' })).status).toBe(404);
  });
  test('not from another site, and nobody outside the cast', async () => {
    const visitor = new Visitor(hub.base);
    expect((await visitor.post('/signin?/become', { slug: 'lucia' }, { origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' })).status).toBe(
      403,
    );
    expect((await visitor.post('/signin?/become', { slug: 'nobody' })).status).toBe(404);
    expect(visitor.cookies.size).toBe(0);
  });
});

describe('with a password', () => {
  test('the right one opens; where to go afterwards stays inside the hub', async () => {
    const visitor = new Visitor(hub.base);
    const answer = await visitor.post('/signin?/password&next=%2Fchannels', { email: ' Amina@Example.Test ', password: PASSWORD });
    expect([answer.status, answer.location]).toEqual([303, '/channels']);
    for (const next of ['//evil.example', '/\\evil.example', 'https://evil.example', '/signout']) {
      const other = await new Visitor(hub.base).post(`/signin?/password&next=${encodeURIComponent(next)}`, { email: 'amina@example.test', password: PASSWORD });
      expect(other.location, next).toBe('/');
      await community.forget();
    }
  });
  test('wrong password, unknown address and passkey-only account read the same and take the same time', async () => {
    const tries = { wrong: 'jonas@example.test', unknown: 'nobody@example.test', passkeyOnly: 'mei@example.test' };
    const times: Record<string, number[]> = { wrong: [], unknown: [], passkeyOnly: [] };
    const texts = new Set<string>();
    for (let round = 0; round < 4; round++) {
      for (const [kind, email] of Object.entries(tries)) {
        const started = performance.now();
        const answer = await new Visitor(hub.base).post('/signin?/password', { email, password: 'not the one at all' });
        times[kind]!.push(performance.now() - started);
        expect(answer.status).toBe(422);
        texts.add(answer.text.replaceAll(email, 'X'));
      }
    }
    expect(texts.size).toBe(1);
    const median = (list: number[]) => list.toSorted((a, b) => a - b)[1]!;
    // Without the decoy the unknown address answers in a tenth of the time.
    expect(median(times['unknown']!)).toBeGreaterThan(median(times['wrong']!) / 2);
    expect(median(times['passkeyOnly']!)).toBeGreaterThan(median(times['wrong']!) / 2);
  });
  test('the sixth try in a minute has to wait, also with the right password; another address does not', async () => {
    await community.forget();
    const visitor = new Visitor(hub.base);
    for (let n = 0; n < 5; n++) expect((await visitor.post('/signin?/password', { email: 'jonas@example.test', password: 'guess' })).status).toBe(422);
    const slowed = await visitor.post('/signin?/password', { email: 'jonas@example.test', password: PASSWORD });
    expect(slowed.status).toBe(429);
    expect(slowed.text).toContain('value="jonas@example.test"');
    expect(slowed.text).not.toContain(PASSWORD);
    expect((await visitor.post('/signin?/password', { email: 'amina@example.test', password: PASSWORD })).status).toBe(303);
  });
  test('a suspended member does not get in, and is out at once', async () => {
    await community.forget();
    const visitor = new Visitor(hub.base);
    await visitor.post('/signin?/password', { email: 'jonas@example.test', password: PASSWORD });
    expect(await signedInAs(visitor)).toContain('You are signed in as Jonas.');
    await as({ kind: 'clerk' }, (tx) => sql`update app.members set status = 'suspended' where slug = 'jonas'`.execute(tx));
    expect(await signedInAs(visitor)).not.toContain('You are signed in');
    expect((await new Visitor(hub.base).post('/signin?/password', { email: 'jonas@example.test', password: PASSWORD })).status).toBe(422);
  });
});
