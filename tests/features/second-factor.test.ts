import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { codeOf } from '#domains/people/authenticator.server.ts';
import { hashPassword } from '#domains/people/password.server.ts';
import { takeCode } from '#domains/people/second-factor.server.ts';
import { as } from '#platform/database/open.server.ts';
import { type Hub, openHub, Visitor } from '../support/hub.ts';
import { type Community, plantCommunity } from '../support/people.ts';

const PASSWORD = 'seven quiet herons';
let community: Community;
let hub: Hub;
beforeAll(async () => {
  community = await plantCommunity({ demo: true });
  const hash = await hashPassword(PASSWORD);
  await as({ kind: 'clerk' }, (tx) => sql`update app.accounts set password_hash = ${hash}`.execute(tx));
  hub = await openHub();
});
beforeEach(() => community.forget());
afterAll(async () => {
  await hub?.close();
  await community.database.drop();
});

const word = (visitor: Visitor, slug: string, next = '') => visitor.post(`/signin?/password${next}`, { email: `${slug}@example.test`, password: PASSWORD });
const signedIn = async (visitor: Visitor) => (await visitor.get('/signin')).text.includes('You are signed in');
const keyIn = (page: string) => /<code[^>]*>([A-Z2-7 ]{32,})<\/code>/.exec(page)![1]!.replaceAll(' ', '');
const codesIn = (page: string) => /<pre[^>]*>([^<]+)<\/pre>/.exec(page)![1]!.trim().split('\n');
const age = (slug: string, minutes = 20) =>
  community.behind(`update app.sessions set proved_at = now() - interval '${minutes} minutes' where member_id = '${community.ids[slug]}'`);
// A code is used once: the tests walk through the three that are right at a time.
const at = (secret: string, away: number) => codeOf(secret, Date.now() + away * 30_000);

/** Signs in by password and turns codes on; gives back the key and the recovery codes. */
async function turnOn(slug: string): Promise<{ visitor: Visitor; key: string; codes: string[] }> {
  const visitor = new Visitor(hub.base);
  await word(visitor, slug);
  expect((await visitor.post('/account/second-factor?/begin')).status).toBe(200);
  const page = await visitor.get('/account/second-factor');
  expect(page.text).toContain('src="data:image/svg+xml;base64,');
  const key = keyIn(page.text);
  expect((await visitor.post('/account/second-factor?/confirm', { code: '000000' })).status).toBe(422);
  const done = await visitor.post('/account/second-factor?/confirm', { code: at(key, -1) });
  return { visitor, key, codes: codesIn(done.text) };
}

describe('codes from an app', () => {
  test('are asked for after the password, and before the right one nothing is open: no page, no stream, no API', async () => {
    const { key, codes, visitor: first } = await turnOn('amina');
    expect([codes.length, new Set(codes).size]).toEqual([10, 10]);
    // Its key is never shown again.
    expect((await first.get('/account/second-factor')).text).not.toContain('data:image/svg');
    const visitor = new Visitor(hub.base);
    const half = await word(visitor, 'amina', '&next=%2Fchannels');
    expect([half.status, half.location]).toEqual([303, '/signin/second?next=%2Fchannels']);
    expect([...visitor.cookies.keys()].sort()).toEqual(['indaba-half']);
    expect(await signedIn(visitor)).toBe(false);
    expect((await visitor.get('/account')).status).toBe(303);
    expect((await visitor.get('/events')).status).not.toBe(200);
    // Its secret is no session either, neither as a cookie nor as a token.
    const thief = new Visitor(hub.base);
    thief.cookies.set('indaba', visitor.cookies.get('indaba-half')!);
    expect(await signedIn(thief)).toBe(false);
    expect((await thief.get('/events')).status).not.toBe(200);
    const bearer = { authorization: `Bearer ${visitor.cookies.get('indaba-half')}` };
    expect((await fetch(`${hub.base}/api/v1/me`, { headers: bearer })).status).toBe(401);
    expect((await visitor.post('/signin/second?/code&next=%2Fchannels', { code: '123 45' })).status).toBe(422);
    const answer = await visitor.post('/signin/second?/code&next=%2Fchannels', { code: at(key, 0) });
    expect([answer.status, answer.location]).toEqual([303, '/channels']);
    expect(visitor.cookies.has('indaba-half')).toBe(false);
    expect(await signedIn(visitor)).toBe(true);
    // Used once, also from elsewhere; and one before it is dead too.
    const other = new Visitor(hub.base);
    await word(other, 'amina');
    for (const away of [0, -1]) expect((await other.post('/signin/second?/code', { code: at(key, away) })).status).toBe(422);
    expect((await other.post('/signin/second?/code', { code: at(key, 1) })).status).toBe(303);
  });
  test('a recovery code works once; new ones end the old ones', async () => {
    const { codes, visitor } = await turnOn('desta');
    const enterWith = async (code: string) => {
      await community.forget();
      const one = new Visitor(hub.base);
      await word(one, 'desta');
      return (await one.post('/signin/second?/code', { code })).status;
    };
    expect(await enterWith(codes[0]!)).toBe(303);
    expect(await enterWith(codes[0]!)).toBe(422);
    // 125 bits, in letters nobody mistakes.
    for (const code of codes) expect(code).toMatch(/^([0-9a-hjkmnp-tv-z]{5}-){4}[0-9a-hjkmnp-tv-z]{5}$/);
    expect(await community.behind(`select from app.audit_notes where kind = 'recovery_code.used' and member_id = '${community.ids['desta']}'`)).toHaveLength(1);
    // Capitals, blanks and a mistaken letter do no harm.
    expect(await enterWith(codes[1]!.toUpperCase().replaceAll('-', ' ').replaceAll('0', 'O'))).toBe(303);
    expect((await visitor.get('/account/second-factor')).text).toContain('8 recovery codes are left.');
    const renewed = codesIn((await visitor.post('/account/second-factor?/renew')).text);
    expect(await enterWith(codes[2]!)).toBe(422);
    expect(await enterWith(renewed[0]!)).toBe(303);
    // Somebody else's codes open nothing.
    expect(await enterWith((await turnOn('mei')).codes[0]!)).toBe(422);
  });
  test('five wrong codes end the half sign-in; the person elsewhere is not locked out', async () => {
    const { key } = await turnOn('jonas');
    const guesser = new Visitor(hub.base);
    await word(guesser, 'jonas');
    for (let n = 0; n < 5; n++) await guesser.post('/signin/second?/code', { code: '000000' });
    await community.forget();
    expect((await guesser.post('/signin/second?/code', { code: at(key, 0) })).location).toContain('/signin?over');
    const elsewhere = () => as({ kind: 'visitor' }, (tx) => takeCode(tx, { memberId: community.ids['jonas']!, code: '000000', network: '203.0.113.9' }));
    const answers = [];
    for (let n = 0; n < 6; n++) answers.push(await elsewhere());
    expect(answers).toEqual([...Array(5).fill('wrong'), 'slow']);
    const person = new Visitor(hub.base);
    await word(person, 'jonas');
    expect((await person.post('/signin/second?/code', { code: at(key, 1) })).status).toBe(303);
  });
  test('turned off, the password opens again; what is kept opens nothing without the key outside the database', async () => {
    const { visitor, key } = await turnOn('karim');
    const [row] = await community.behind<{ all: string }>(`select string_agg(to_jsonb(f)::text, ' ') as all from app.second_factors f`);
    expect(row!.all).not.toContain(key);
    const answer = await visitor.post('/account/second-factor?/remove');
    expect(answer.text).toContain('It is off.');
    expect((await word(new Visitor(hub.base), 'karim')).location).toBe('/');
    expect(await community.behind(`select from app.recovery_codes where member_id = '${community.ids['karim']}'`)).toEqual([]);
  });
});

describe('dangerous acts ask again', () => {
  test('what was typed is carried there and back, and the act happens', async () => {
    const lucia = new Visitor(hub.base);
    await word(lucia, 'lucia');
    await age('lucia');
    const form = { duty: 'reviewer' };
    const asked = await lucia.post('/people/amina?/give', form);
    expect(asked.status).toBe(307);
    const prove = asked.location!;
    expect(prove).toBe(`/prove?back=${encodeURIComponent('/people/amina?/give')}`);
    const page = await lucia.post(prove, form);
    expect(page.text).toContain('Confirm that it is you');
    expect(page.text).toContain('name="duty" value="reviewer"');
    const wrong = await lucia.post(prove, { ...form, prove_step: '1', prove_password: 'no' });
    expect([wrong.status, wrong.text.includes('name="duty" value="reviewer"')]).toEqual([422, true]);
    const right = await lucia.post(prove, { ...form, prove_step: '1', prove_password: PASSWORD });
    expect([right.status, right.location]).toEqual([307, '/people/amina?/give']);
    expect((await lucia.post(right.location!, { ...form, prove_password: PASSWORD })).text).toContain('The duty is given.');
  });
  test('a link from outside names no act: whoever confirms there does nothing more', async () => {
    const { visitor } = await turnOn('lucia');
    const page = (await visitor.get(`/prove?back=${encodeURIComponent('/account/second-factor?/remove')}`)).text;
    expect(page).toContain('action="/prove?next=%2F"');
    expect(page).not.toContain('action="/prove?back');
    const elsewhere = await visitor.post(
      '/prove?back=%2Faccount%2Fsecond-factor%3F%2Fremove',
      { prove_step: '1' },
      { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
    );
    expect(elsewhere.status).toBe(403);
    expect((await visitor.get('/account/second-factor')).text).toContain('Signing in with your password asks for a code.');
  });
  test('tokens, passkeys and factors too; with a second factor a password alone proves nothing', async () => {
    const { key, visitor: amina } = await turnOn('eve');
    await age('eve');
    const token = { name: 'script', scopes: 'read', days: '7' };
    expect((await amina.post('/account?/token', token)).status).toBe(307);
    for (const act of ['renew', 'remove']) expect((await amina.post(`/account/second-factor?/${act}`)).status, act).toBe(307);
    const begun = await fetch(`${hub.base}/account/passkeys`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: hub.base, cookie: `indaba=${amina.cookies.get('indaba')}` },
      body: JSON.stringify({ step: 'begin', name: 'my phone' }),
    });
    expect(await begun.json()).toEqual({ to: `/prove?next=${encodeURIComponent('/account?key=my%20phone#passkeys')}` });
    const prove = `/prove?back=${encodeURIComponent('/account?/token')}`;
    const alone = { ...token, prove_step: '1', prove_password: PASSWORD };
    expect((await amina.post(prove, alone)).status).toBe(422);
    expect((await amina.post(prove, { ...alone, prove_code: at(key, 0) })).status).toBe(307);
    expect((await amina.post('/account?/token', token)).text).toContain('indaba_');
    // Afterwards it goes nowhere but into this hub.
    for (const back of ['//evil.example', 'https://evil.example', '/\\evil.example']) {
      expect((await amina.post(`/prove?back=${encodeURIComponent(back)}`, { prove_step: '1' })).location, back).toBe('/');
    }
  });
});
