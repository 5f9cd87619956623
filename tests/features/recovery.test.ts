import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hashPassword } from '#domains/people/password.server.ts';
import { confirmRecovery, endRecovery, listRecoveries } from '#domains/people/recovery.server.ts';
import { rotateKey } from '#domains/people/rotate-key.server.ts';
import { forgetConfig } from '#platform/config.server.ts';
import { as } from '#platform/database/open.server.ts';
import { startWorker } from '../../src/worker.ts';
import { type Hub, openHub, Visitor } from '../support/hub.ts';
import { type Mailbox, openMailbox } from '../support/mailbox.ts';
import { type Community, plantCommunity } from '../support/people.ts';

const PASSWORD = 'nine small lanterns';
let community: Community;
let hub: Hub;
let mailbox: Mailbox;
let worker: { stop(): Promise<void> } | undefined;
beforeAll(async () => {
  community = await plantCommunity({ demo: true });
  mailbox = await openMailbox();
  hub = await openHub();
  worker = await startWorker(community.database.worker);
  const hash = await hashPassword(PASSWORD);
  await as({ kind: 'clerk' }, (tx) => sql`update app.accounts set password_hash = ${hash}`.execute(tx));
});
beforeEach(async () => {
  await community.forget();
  mailbox.forget();
  await community.behind('delete from app.recoveries');
});
afterAll(async () => {
  await worker?.stop();
  await hub?.close();
  await mailbox?.close();
  forgetConfig();
  await community.database.drop();
});

const ask = (email: string) => new Visitor(hub.base).post('/signin/recover', { email });
const mailTo = (slug: string) => mailbox.to(`${slug}@example.test`);
const pathIn = (mail: string, what: string) => new RegExp(`${what}/[\\w-]{43}`).exec(mail)![0];
const ripen = () =>
  community.behind(`update app.recoveries set ripe_at = now() - interval '1 minute'; update graphile_worker._private_jobs set run_at = now()`);
const become = async (slug: string) => {
  const visitor = new Visitor(hub.base);
  await visitor.post('/signin?/become', { slug });
  return visitor;
};
async function confirmed(slug: string, by: string): Promise<string> {
  await ask(`${slug}@example.test`);
  await mailTo(slug);
  mailbox.forget();
  const [row] = await as(await community.be(by), listRecoveries);
  expect((await (await become(by)).post('/recoveries?/confirm', { id: row!.id })).text).toContain('Confirmed.');
  return row!.id;
}
/** What the log holds of somebody: sealed already, or still waiting for it. */
const noted = async (slug: string) =>
  (
    await community.behind<{ kind: string }>(
      `select kind from app.audit_notes where member_id = '${community.ids[slug]}' union all select kind from app.audit_payloads where member_id = '${community.ids[slug]}'`,
    )
  ).map(({ kind }) => kind);
async function link(slug: string): Promise<string> {
  await mailTo(slug);
  mailbox.forget();
  await ripen();
  return pathIn(await mailTo(slug), '/recover');
}

describe('whoever cannot sign in', () => {
  test('gets the same answer whether or not the address is known, in the same time', async () => {
    const texts = new Set<string>();
    const times: Record<string, number> = {};
    for (const email of ['amina@example.test', 'nobody@example.test']) {
      const started = performance.now();
      const answer = await ask(email);
      times[email] = performance.now() - started;
      texts.add(`${answer.status} ${answer.text.replaceAll(email, 'X')}`);
    }
    expect(texts.size).toBe(1);
    expect(Math.min(...Object.values(times))).toBeGreaterThan(295);
    expect(await community.behind('select member_id from app.recoveries')).toEqual([{ member_id: community.ids['amina'] }]);
    // Asked again: no second case, no second mail.
    await ask('amina@example.test');
    expect(await community.behind('select from app.recoveries')).toHaveLength(1);
  });
  test('is confirmed by the focal point, waits, and comes back by a link that works once; everything old is dead', async () => {
    const old = await become('amina');
    await as(await community.be('amina'), (tx) => sql`select 1`.execute(tx));
    await community.behind(
      `insert into app.passkeys (id, member_id, credential_id, public_key, name) values (gen_random_uuid(), '${community.ids['amina']}', 'old', '\\x00', 'old')`,
    );
    await confirmed('amina', 'desta');
    expect(await mailTo('desta')).toContain('Desta confirmed that Amina cannot sign in');
    // Not before its time, whoever runs the job.
    await community.behind(`update graphile_worker._private_jobs set run_at = now() where run_at > now() + interval '1 hour'`);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await community.behind('select from app.recoveries where token_hash is not null')).toEqual([]);
    await community.behind(
      `select graphile_worker.add_job('people.mail-recovery-link', json_build_object('ids', json_build_object('recovery', id), 'actor', null), run_at => ripe_at) from app.recoveries`,
    );
    const path = await link('amina');
    for (let n = 0; n < 3; n++) expect((await new Visitor(hub.base).get(path)).text).toContain('Amina, your focal point confirmed');
    expect((await new Visitor(hub.base).post(path, { password: 'short' })).status).toBe(422);
    const amina = new Visitor(hub.base);
    expect((await amina.post(path, { password: 'eleven green kettles' })).location).toBe('/account');
    expect((await amina.get('/account')).status).toBe(200);
    expect((await old.get('/account')).status).toBe(303);
    expect(await community.behind(`select from app.passkeys where member_id = '${community.ids['amina']}' and revoked_at is null`)).toEqual([]);
    expect((await new Visitor(hub.base).post('/signin?/password', { email: 'amina@example.test', password: PASSWORD })).status).toBe(422);
    expect((await new Visitor(hub.base).post(path, { password: 'twelve green kettles' })).status).toBe(404);
    expect(await noted('amina')).toEqual(expect.arrayContaining(['recovery.asked', 'recovery.confirmed', 'recovery.used']));
  });
  test('can stop it by the link in the mail, which a scanner’s look does not use', async () => {
    await ask('amina@example.test');
    const stop = pathIn(await mailTo('amina'), '/recover/stop');
    expect((await new Visitor(hub.base).get(stop)).status).toBe(200);
    expect(await community.behind('select from app.recoveries where ended_at is null')).toHaveLength(1);
    expect((await new Visitor(hub.base).post(stop)).text).toContain('Stopped.');
    expect((await new Visitor(hub.base).post(stop)).status).toBe(404);
    expect(await community.behind(`select ended_as from app.recoveries`)).toEqual([{ ended_as: 'stopped' }]);
  });
  test('stopped while waiting, or confirmed by somebody who no longer may: the link never works', async () => {
    const id = await confirmed('amina', 'desta');
    await as(await community.be('amina'), (tx) => endRecovery(tx, { id }));
    await ripen();
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await community.behind('select from app.recoveries where token_hash is not null')).toEqual([]);
    await community.behind('delete from app.recoveries');
    await confirmed('amina', 'desta');
    const path = await link('amina');
    await community.behind(`update app.memberships set role = 'member' where member_id = '${community.ids['desta']}'`);
    expect((await new Visitor(hub.base).post(path, { password: 'eleven green kettles' })).status).toBe(404);
    await community.behind(`update app.memberships set role = 'focal_point' where member_id = '${community.ids['desta']}'`);
  });
});

describe('who confirms whom', () => {
  const table: [who: string, whom: string, may: boolean][] = [
    ['desta', 'amina', true],
    ['lucia', 'amina', false],
    ['jonas', 'amina', false],
    ['amina', 'amina', false],
    // A focal point without another has a steward; so has whoever belongs nowhere.
    ['lucia', 'jonas', true],
    ['jonas', 'jonas', false],
    ['lucia', 'eve', true],
    ['lucia', 'mei', true],
    ['desta', 'mei', false],
    ['eve', 'mei', false],
    // Nobody recovers the only steward of the secretariat by their own word.
    ['lucia', 'lucia', false],
  ];
  test.each(table)('%s for %s: %s', async (who, whom, may) => {
    await ask(`${whom}@example.test`);
    const [row] = await community.behind<{ id: string }>('select id from app.recoveries');
    const actor = await community.be(who);
    expect((await as(actor, listRecoveries)).length > 0).toBe(may || who === whom);
    const attempt = as(actor, (tx) => confirmRecovery(tx, { id: row!.id }));
    if (may) await expect(attempt).resolves.toBeUndefined();
    else await expect(attempt).rejects.toMatchObject({ code: 'people.recovery.not_found' });
  });
  test('a session that proved itself long ago confirms nothing', async () => {
    await ask('amina@example.test');
    const [row] = await community.behind<{ id: string }>('select id from app.recoveries');
    const actor = await community.be('desta');
    await community.behind(`update app.sessions set proved_at = now() - interval '20 minutes'`);
    await expect(as(actor, (tx) => confirmRecovery(tx, { id: row!.id }))).rejects.toMatchObject({ code: 'people.step_up.needed' });
  });
});

describe('a changed way in', () => {
  test('is told by mail: a token, codes, a new password', async () => {
    const jonas = new Visitor(hub.base);
    await jonas.post('/signin?/password', { email: 'jonas@example.test', password: PASSWORD });
    await jonas.post('/account?/token', { name: 'script', scopes: 'read', days: '7' });
    expect(await mailTo('jonas')).toContain('An API token was made');
    mailbox.forget();
    await jonas.post('/account?/password', { current_password: PASSWORD, new_password: 'eleven green kettles' });
    expect(await mailTo('jonas')).toContain('The password of your account was set or changed.');
    // The same password under a newer key is no change.
    mailbox.forget();
    await rotateKey('session', community.database.owner);
    await community.forget();
    const entered = await new Visitor(hub.base).post('/signin?/password', { email: 'jonas@example.test', password: 'eleven green kettles' });
    expect(entered.status).toBe(303);
    const [row] = await community.behind<{ hash: string }>(`select password_hash as hash from app.accounts where member_id = '${community.ids['jonas']}'`);
    expect(row!.hash).toMatch(/^2:/);
    // A worker that mailed it would have done so by now.
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await community.behind(`select from graphile_worker.jobs where task_identifier = 'people.mail-way-in'`)).toEqual([]);
    await expect(Promise.race([mailTo('jonas'), new Promise((resolve) => setTimeout(() => resolve('none'), 300))])).resolves.not.toContain('set or changed');
    expect((await noted('jonas')).filter((kind) => kind === 'token.made')).toHaveLength(1);
  });
});

describe('a new browser', () => {
  test('is told by mail, the second time it is known', async () => {
    const first = new Visitor(hub.base, { 'user-agent': 'Mozilla/5.0 (Windows NT 10.0) Gecko Firefox/140.0' });
    const enter = () => first.post('/signin?/password', { email: 'mei@example.test', password: PASSWORD });
    await as({ kind: 'visitor' }, (tx) => sql`select 1`.execute(tx));
    await community.be('mei');
    expect((await enter()).status).toBe(303);
    const mail = await mailTo('mei');
    expect(mail).toContain('Firefox');
    expect(mail).toContain('Was it not you?');
    expect(mail).toContain('UTC');
    mailbox.forget();
    await first.post('/signout');
    expect((await enter()).status).toBe(303);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await expect(Promise.race([mailTo('mei'), new Promise((resolve) => setTimeout(() => resolve('none'), 300))])).resolves.toBe('none');
  });
});
