/** Keys are rotated and retired while people sign in: nobody is kept out, what can be sealed anew is, and nothing goes that something needs. */
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { beat, factsHere } from '#domains/hub/health/beat.server.ts';
import { codeOf } from '#domains/people/authenticator.server.ts';
import { hashPassword } from '#domains/people/password.server.ts';
import { resealValues } from '#domains/people/reseal.server.ts';
import { needsOfKey, retireKey, rotateKey } from '#domains/people/rotate-key.server.ts';
import { ensureSignInKey } from '#domains/people/sign-in-key.server.ts';
import { config, forgetConfig } from '#platform/config.server.ts';
import { as } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';
import { currentKey, keyVersions } from '#platform/keys.server.ts';
import { seal, unseal } from '#platform/seal.server.ts';
import { type Hub, openHub, Visitor } from '../support/hub.ts';
import { type Community, plantCommunity } from '../support/people.ts';
import { cleanUp, indaba, temporaryFolder } from '../support/process.ts';

const PASSWORD = 'seven quiet herons';
const connection = newId();
let community: Community;
let hub: Hub;
let key: string;
let old: string;
beforeAll(async () => {
  community = await plantCommunity();
  const hash = await hashPassword(PASSWORD);
  await as({ kind: 'clerk' }, (tx) => sql`update app.accounts set password_hash = ${hash}`.execute(tx));
  // A node with a folder of its own, to which nobody has copied the new keys yet.
  old = temporaryFolder();
  cpSync(config().keys, old, { recursive: true });
  hub = await openHub();
  const amina = new Visitor(hub.base);
  await amina.post('/signin?/password', { email: 'amina@example.test', password: PASSWORD });
  await amina.post('/account/second-factor?/begin');
  key = /<code[^>]*>([A-Z2-7 ]{32,})<\/code>/.exec((await amina.get('/account/second-factor')).text)![1]!.replaceAll(' ', '');
  await amina.post('/account/second-factor?/confirm', { code: codeOf(key) });
  await community.behind(`alter table app.sso_connections disable trigger user;
    insert into app.sso_connections (id, organization_id, kind, issuer, client_id, sealed_secret, tested_at) values ('${connection}', '${community.organizations['bank']}', 'oidc', 'https://idp.example', 'indaba', '${seal('sso', connection, 'client secret')}', now());
    alter table app.sso_connections enable trigger user`);
});
beforeEach(() => community.forget());
afterAll(async () => {
  await hub?.close();
  await community.database.drop();
  await cleanUp();
});

const owner = () => community.database.owner;
/** Signs in at the running server; where it leads. */
async function enter(slug: string): Promise<string | null> {
  const visitor = new Visitor(hub.base);
  return (await visitor.post('/signin?/password', { email: `${slug}@example.test`, password: PASSWORD })).location;
}
const sealed = async () =>
  (
    await community.behind<{ all: string[] }>(
      `select array(select sealed from app.second_factors union all select sealed_secret from app.sso_connections) as all`,
    )
  )[0]!.all;
/** The same as a node whose keys are the old ones. */
async function withOldKeys<T>(work: () => Promise<T>): Promise<T> {
  const { INDABA_KEYS } = process.env;
  process.env.INDABA_KEYS = old;
  forgetConfig();
  try {
    return await work();
  } finally {
    process.env.INDABA_KEYS = INDABA_KEYS;
    forgetConfig();
  }
}

test('the key of sign-ins: rotated while people come in, at the running server and at a node that has only the old one', async () => {
  expect(await enter('jonas')).toBe('/');
  let running = true;
  const answers: (string | null)[] = [];
  const coming = (async () => {
    while (running) {
      answers.push(await enter('desta'));
      await community.forget();
    }
  })();
  expect((await rotateKey('session', owner())).version).toBe(2);
  running = false;
  await coming;
  expect(new Set(answers)).toEqual(new Set(['/']));
  expect(await enter('mei')).toBe('/');
  await expect(withOldKeys(() => community.cookie('karim'))).resolves.toBeTruthy();
  await expect(withOldKeys(() => ensureSignInKey(owner()))).resolves.toBeUndefined();
});

test('an old version goes only when nothing needs it', async () => {
  const [first] = await needsOfKey('session', 1);
  expect(first).toMatch(/^\d password\(s\)/);
  await expect(retireKey('session', 1, owner())).rejects.toThrow(/still needed by \d password/);
  await expect(retireKey('session', 2, owner())).rejects.toThrow('is the present one');
  await expect(retireKey('session', 9, owner())).rejects.toThrow('has no version 9');
  // Whoever signs in moves to the new one.
  const { hash } = (
    await community.behind<{ hash: string }>(`select password_hash as hash from app.accounts a join app.members m on m.id = a.member_id where m.slug = 'mei'`)
  )[0]!;
  expect(hash).toMatch(/^2:/);
  await community.behind(`update app.accounts set password_hash = '${hash}'`);
  await community.behind('delete from app.nodes');
  await withOldKeys(() => beat('web', 'late:3000', Date.now, factsHere()));
  expect(await needsOfKey('session', 1)).toEqual(['1 running process(es) that do not have the new key yet']);
  await community.behind("delete from app.nodes where name = 'late:3000'");
  await retireKey('session', 1, owner());
  expect(keyVersions('session').map(({ version }) => version)).toEqual([2]);
  expect(await enter('jonas')).toBe('/');
  // What only has the retired key is nobody any more.
  await expect(withOldKeys(() => community.cookie('karim'))).rejects.toMatchObject({ code: 'people.sign_in.refused' });
  await expect(withOldKeys(() => ensureSignInKey(owner()))).rejects.toThrow('are not those of the hub');
});

test('the key that seals: what is kept is sealed anew, codes and providers go on, and the old one may go', async () => {
  expect((await sealed()).every((each) => each.startsWith('1:'))).toBe(true);
  const done = await rotateKey('seal', owner());
  expect(done).toEqual({ version: 2, resealed: 2, unopened: 0 });
  const [factor, secret] = await sealed();
  expect([factor!.slice(0, 2), secret!.slice(0, 2)]).toEqual(['2:', '2:']);
  expect(unseal('sso', connection, secret!)).toBe('client secret');
  // The provider needs no new trial, and nobody is told of a change.
  expect(await community.behind('select from app.sso_connections where tested_at is not null')).toHaveLength(1);
  expect(await community.behind(`select from app.events where kind = 'organization.sso_changed'`)).toEqual([]);
  // A node that has not heard of it yet seals with the old key; the job closes that anew.
  await withOldKeys(async () => community.behind(`update app.second_factors set sealed = '${seal('authenticator', community.ids['amina']!, key)}'`));
  await expect(retireKey('seal', 1, owner())).rejects.toThrow('1 sealed value(s)');
  expect(await resealValues()).toEqual({ resealed: 1, unopened: 0 });
  expect(await resealValues()).toEqual({ resealed: 0, unopened: 0 });
  await beat('web', 'late:3000', Date.now, { ...factsHere(), keys: { ...factsHere().keys, seal: 1 } });
  expect(await needsOfKey('seal', 1)).toEqual(['1 running process(es) that do not have the new key yet']);
  await community.behind("delete from app.nodes where name = 'late:3000'");
  await retireKey('seal', 1, owner());
  const amina = new Visitor(hub.base);
  expect((await amina.post('/signin?/password', { email: 'amina@example.test', password: PASSWORD })).location).toContain('/signin/second');
  await community.behind('update app.second_factors set last_step = 0');
  expect((await amina.post('/signin/second?/code', { code: codeOf(key) })).location).toBe('/');
});

test('what does not open is left as it is, said, and in nobody’s way', async () => {
  await community.behind(
    `insert into app.second_factors (member_id, sealed) values ('${community.ids['mei']}', '7:bm90aGluZyB0aGF0IG9wZW5zIGFueXdoZXJlIGF0IGFsbA')`,
  );
  expect(await rotateKey('seal', owner())).toEqual({ version: 3, resealed: 2, unopened: 1 });
  await community.behind(`delete from app.second_factors where member_id = '${community.ids['mei']}'`);
});

test('both are rows of the log; nobody but whoever runs the hub reads what is sealed', async () => {
  const notes = await community.behind<{ kind: string; data: unknown }>(`select kind, data from app.audit_notes where kind like 'key.%' order by id limit 2`);
  expect(notes).toEqual([
    { kind: 'key.rotated', data: { name: 'session', version: 2 } },
    { kind: 'key.retired', data: { name: 'session', version: 1 } },
  ]);
  for (const who of ['lucia', 'amina', 'eve'])
    for (const call of [
      sql`select app.sealed_values('', 10)`,
      sql`select app.reseal('sso', ${connection}, '', '')`,
      sql`select app.note_key('key.rotated', 'seal', 1)`,
    ])
      await expect(
        as(await community.be(who), (tx) => call.execute(tx)),
        who,
      ).rejects.toBeTruthy();
});

test('the command: list, rotate, retire, and what is wrong in one line', async () => {
  const env = {
    INDABA_DATA: config().data,
    INDABA_KEYS: config().keys,
    DATABASE_URL: owner(),
    INDABA_WEB_URL: community.database.web,
    INDABA_WORKER_URL: community.database.worker,
    INDABA_STREAM_URL: community.database.stream,
  };
  const run = (...args: string[]) => indaba(['keys', ...args], env).ended;
  expect(await run('rotate', 'indicator-hmac')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('Version 2 of "indicator-hmac" is the present one.'),
  });
  expect(currentKey('indicator-hmac').version).toBe(2);
  writeFileSync(join(config().data, 'x'), '');
  const listed = await run();
  expect(listed.stdout).toMatch(/indicator-hmac +2 +\d{4}-\d\d-\d\d +present\nindicator-hmac +1 .*may be retired/);
  expect(listed.stdout).not.toContain(currentKey('seal').key);
  expect(await run('retire', 'indicator-hmac', '2')).toMatchObject({ code: 1, stderr: expect.stringContaining('is the present one') });
  expect(await run('retire', 'indicator-hmac', '1')).toMatchObject({ code: 0 });
  expect(await run('rotate', 'nonsense')).toMatchObject({ code: 2, stderr: expect.stringMatching(/^There is no key "nonsense"/) });
  expect(await run('retire', 'seal')).toMatchObject({ code: 2 });
}, 60_000);
