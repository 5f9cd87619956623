/** What whoever has the server does with a command: name a steward where fewer than two can act, list and end tokens. */
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { proposeAct } from '#domains/govern/propose-act.server.ts';
import { createToken } from '#domains/people/create-token.server.ts';
import { endTokens, listStewards, listTokens, nameSteward } from '#domains/people/operator.server.ts';
import { keyOf } from '#domains/people/secrets.server.ts';
import { listTold } from '#domains/people/directory.server.ts';
import { connectOnce } from '#platform/database/connect.server.ts';
import { type Actor, as } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { type Community, plantCommunity } from '../support/people.ts';
import { cleanUp, indaba, temporaryFolder } from '../support/process.ts';

let hub: Community;
beforeAll(async () => {
  hub = await plantCommunity();
});
afterAll(async () => {
  await closePools();
  await hub.database.drop();
  await cleanUp();
});
const owner = () => hub.database.owner;
const notes = (kind: string) =>
  hub.behind<{ member_id: string; actor_id: string | null; data: object }>(`select member_id, actor_id, data from app.audit_notes where kind = '${kind}'`);
const run = (...args: string[]) =>
  indaba(args, {
    DATABASE_URL: owner(),
    INDABA_WEB_URL: process.env.INDABA_WEB_URL,
    INDABA_WORKER_URL: process.env.INDABA_WORKER_URL,
    INDABA_STREAM_URL: process.env.INDABA_STREAM_URL,
    INDABA_KEYS: process.env.INDABA_KEYS,
    INDABA_DATA: temporaryFolder(),
  }).ended;

test('a steward alone gets a second by command: the log has the reason, every member reads it; acts of two work again', async () => {
  await hub.behind(`update app.hub set second_steward_at = now()`);
  const answer = await run('steward', 'name', 'mei', '--reason', 'Two of three left in spring.');
  expect(answer, answer.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining('Mei is a steward from now on.') });
  expect(await notes('steward.named')).toEqual([{ member_id: hub.ids['mei'], actor_id: null, data: { reason: 'Two of three left in spring.' } }]);
  expect(await hub.behind(`select audience_id, data from app.events where kind = 'member.duty_given' and subject_id = '${hub.ids['mei']}'`)).toEqual([
    { audience_id: 2, data: { duty: 'steward' } },
  ]);
  const lucia = await hub.be('lucia');
  await as(lucia, (tx) => proposeAct(tx, { kind: 'give_duty', subject: hub.ids['jonas'], content: { duty: 'trustee' }, reason: 'Needed.' }));
  expect(await as(await hub.be('amina'), (tx) => listTold(tx, { kind: 'member', id: hub.ids['mei']! }))).toMatchObject([
    { kind: 'member.duty_given', duty: 'steward' },
  ]);
  expect((await listStewards(owner())).map(({ slug, status }) => `${slug} ${status}`)).toEqual(['lucia active', 'mei active']);
});

test('it is refused while two can act, for a guest, for nobody, for who is one already; without words it says what to say', async () => {
  const name = (slug: string) => nameSteward(owner(), slug, 'x').catch((error: Error) => error.message);
  expect(await name('amina')).toContain('Two stewards can act');
  await hub.behind(`update app.members set status = 'suspended' where slug = 'mei'`);
  expect(await name('karim')).toContain('a guest holds no duty');
  expect(await name('eve')).toContain('a guest holds no duty');
  expect(await name('nobody')).toContain('no active member');
  expect(await name('mei')).toContain('no active member');
  expect(await name('lucia')).toContain('a steward already');
  // None at all that can act.
  await hub.behind(`update app.members set status = 'suspended' where slug = 'lucia'`);
  expect(await name('amina')).toBe('Amina');
  const bare = await run('steward', 'name', 'amina');
  expect(bare).toMatchObject({ code: 2, stderr: expect.stringContaining('Say list, or name') });
  expect((await run('steward', 'list')).stdout).toContain('One steward can act');
  await hub.behind(`update app.members set status = 'active'`);
});

test('no process that serves people or runs jobs reaches any of it', async () => {
  const client = await connectOnce(hub.database.admin);
  try {
    for (const one of ['name_steward(text, text)', 'list_stewards()', 'list_tokens(text)', 'end_tokens(uuid, text, text)'])
      for (const role of ['indaba_person', 'indaba_visitor', 'indaba_clerk', 'indaba_web', 'indaba_worker', 'indaba_relay', 'indaba_archivist'])
        expect((await client.query(`select has_function_privilege($1, $2, 'execute') as may`, [role, `app.${one}`])).rows[0], `${role} ${one}`).toEqual({
          may: false,
        });
  } finally {
    await client.end();
  }
});

test('tokens are listed without what opens them, and end at once; making one is left to the person', async () => {
  const amina = await hub.be('amina');
  const made = await as(
    amina,
    async (tx) => [await createToken(tx, { name: 'Sheet', scopes: [], days: 5 }), await createToken(tx, { name: 'Sync', scopes: ['write'], days: 5 })] as const,
  );
  const other = await as(await hub.be('jonas'), (tx) => createToken(tx, { name: 'His', scopes: [], days: 5 }));
  const actor = (token: string): Actor => ({ kind: 'person', key: keyOf(token) });
  const works = (token: string) => as(actor(token), async (tx) => (await sql<{ me: string | null }>`select app.me() as me`.execute(tx)).rows[0]!.me !== null);
  const listed = await run('token', 'list', 'amina');
  expect(listed.stdout).toContain('Sheet');
  expect(listed.stdout).toContain('2 tokens work.');
  for (const { token } of made) expect(listed.stdout).not.toContain(token);
  expect(await works(made[0].token)).toBe(true);
  expect(await endTokens(owner(), { id: made[0].id, person: null, reason: 'Found in a paste.' })).toBe(1);
  expect(await works(made[0].token)).toBe(false);
  expect(await works(made[1].token)).toBe(true);
  expect((await run('token', 'revoke', 'amina', '--reason', 'Her laptop was stolen.')).stdout).toContain('One token ended.');
  expect(await works(made[1].token)).toBe(false);
  expect(await works(other.token)).toBe(true);
  expect((await listTokens(owner(), null)).map(({ name }) => name)).toEqual(['His']);
  expect((await notes('token.ended_for')).map(({ data }) => data)).toMatchObject([{ reason: 'Found in a paste.' }, { reason: 'Her laptop was stolen.' }]);
  expect(await run('token', 'revoke', 'amina', '--reason', 'x')).toMatchObject({ code: 1, stderr: expect.stringContaining('No token works') });
  expect(await run('token', 'create', 'amina')).toMatchObject({ code: 2, stderr: expect.stringContaining('they make it themselves') });
});
