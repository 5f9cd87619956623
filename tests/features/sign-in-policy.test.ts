import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { codeOf } from '#domains/people/authenticator.server.ts';
import { openSession } from '#domains/people/open-session.server.ts';
import { hashPassword } from '#domains/people/password.server.ts';
import { keyOf, newSecret, storedHash } from '#domains/people/secrets.server.ts';
import { setSignInPolicy } from '#domains/people/set-sign-in-policy.server.ts';
import { as } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';
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

const word = (visitor: Visitor, slug: string) => visitor.post('/signin?/password', { email: `${slug}@example.test`, password: PASSWORD });
const set = async (who: string, organization: string, asks: 'passkeysOnly' | 'secondFactor' | 'nothing') =>
  as(await community.be(who), (tx) =>
    setSignInPolicy(tx, {
      organizationId: community.organizations[organization]!,
      passkeysOnly: asks === 'passkeysOnly',
      secondFactor: asks === 'secondFactor',
    }),
  );

describe('what an organization asks', () => {
  const table: [who: string, of: string, may: boolean][] = [
    ['desta', 'lumaria', true],
    ['lucia', 'lumaria', false],
    ['lucia', 'sandoria', true],
    ['amina', 'lumaria', false],
    ['jonas', 'lumaria', false],
    ['mei', 'sandoria', false],
    ['karim', 'sika', false],
    ['eve', 'lumaria', false],
  ];
  test.each(table)('%s says it for %s: %s', async (who, of, may) => {
    if (may) await expect(set(who, of, 'nothing')).resolves.toBeUndefined();
    else await expect(set(who, of, 'nothing')).rejects.toMatchObject({ status: 404 });
    // Past the command, straight at the table.
    const raw = as(await community.be(who), (tx) =>
      sql`insert into app.sign_in_policies (organization_id, passkeys_only) values (${community.organizations[of]}, false) on conflict (organization_id) do update set passkeys_only = false`.execute(
        tx,
      ),
    );
    if (may) await expect(raw).resolves.toBeTruthy();
    else await expect(raw).rejects.toMatchObject({ status: 404 });
  });

  test('more than a password: whoever has none is led to set it up, and is in with it; nobody is in without', async () => {
    await set('desta', 'lumaria', 'secondFactor');
    const amina = new Visitor(hub.base);
    expect((await word(amina, 'amina')).location).toBe('/signin/second?next=%2F');
    expect((await amina.get('/account')).status).toBe(303);
    expect((await amina.get('/signin/second')).text).toContain('Your organization asks its members for more than a password.');
    await amina.post('/signin/second?/begin');
    const key = /<code[^>]*>([A-Z2-7 ]{32,})<\/code>/.exec((await amina.get('/signin/second')).text)![1]!.replaceAll(' ', '');
    const done = await amina.post('/signin/second?/set', { code: codeOf(key) });
    expect(done.text).toContain('Your recovery codes');
    expect((await amina.get('/account')).status).toBe(200);
    // From now on the half sign-in gives codes only, and cannot set up another.
    const other = new Visitor(hub.base);
    await word(other, 'amina');
    expect((await other.get('/signin/second')).text).toContain('Now type the code');
    expect((await other.post('/signin/second?/begin')).location).toContain('/signin?over');
    // The database holds it, whatever the process thinks.
    const forced = as({ kind: 'visitor' }, (tx) => openSession(tx, { memberId: community.ids['amina']!, proof: 'password', device: { name: '' } }));
    await expect(forced).rejects.toMatchObject({ code: 'people.sign_in.refused' });
  });
  test('whoever joins by invitation with a password is asked, too', async () => {
    await set('desta', 'lumaria', 'secondFactor');
    const token = newSecret();
    await as({ kind: 'clerk' }, (tx) =>
      sql`insert into app.invitations (id, organization_id, email, token_hash, invited_by)
        select ${newId()}, ${community.organizations['lumaria']}, 'ruvi@ta.example', ${storedHash(keyOf(token))}, id from app.bylines where member_id = ${community.ids['desta']}`.execute(
        tx,
      ),
    );
    const ruvi = new Visitor(hub.base);
    expect((await ruvi.post(`/join/${token}`, { name: 'Ruvi', password: PASSWORD })).location).toBe('/signin/second?next=%2F');
    expect((await ruvi.get('/account')).status).toBe(303);
  });
  test('passkeys only: a password leads to making one; who has one must use it', async () => {
    await set('jonas', 'bank', 'passkeysOnly');
    const jonas = new Visitor(hub.base);
    expect((await word(jonas, 'jonas')).location).toContain('/signin/second');
    const page = (await jonas.get('/signin/second')).text;
    expect(page).toContain('Make a passkey and sign in');
    expect(page).not.toContain('Set up an app');
    await community.behind(
      `insert into app.passkeys (id, member_id, credential_id, public_key, name) values (gen_random_uuid(), '${community.ids['jonas']}', 'x', '\\x00', 'phone')`,
    );
    const answer = await word(new Visitor(hub.base), 'jonas');
    expect([answer.status, answer.text.includes('you have one. Use it above')]).toEqual([422, true]);
    const visitor = { kind: 'visitor' } as const;
    for (const proof of ['password', 'password+code'] as const) {
      await expect(as(visitor, (tx) => openSession(tx, { memberId: community.ids['jonas']!, proof, device: { name: '' } }))).rejects.toMatchObject({
        status: 403,
      });
    }
    await expect(as(visitor, (tx) => openSession(tx, { memberId: community.ids['jonas']!, proof: 'passkey', device: { name: '' } }))).resolves.toBeTruthy();
  });
  test('the page is for its members; what is asked is told to them, by whom', async () => {
    const desta = new Visitor(hub.base);
    await desta.post('/signin?/become', { slug: 'desta' });
    expect((await desta.post('/organizations/lumaria/sign-in', { asks: 'nothing' })).text).toContain('Saved.');
    expect((await desta.get('/organizations/bank/sign-in')).status).toBe(404);
    const mei = new Visitor(hub.base);
    await mei.post('/signin?/become', { slug: 'mei' });
    const page = (await mei.get('/organizations/sandoria/sign-in')).text;
    expect([page.includes('A passkey or a password'), page.includes('name="asks"')]).toEqual([true, false]);
    const told = await community.behind<{ by: string }>(
      `select b.name as by from app.events e join app.bylines b on b.id = e.byline_id where e.kind = 'organization.sign_in_changed'`,
    );
    expect(told.at(-1)).toEqual({ by: 'Desta' });
  });
});
