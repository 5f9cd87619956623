/** Terms by version: who publishes, who accepts, and what whoever has not accepted may still do. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { acceptAgreement } from '#domains/govern/accept-agreement.server.ts';
import { countAcceptances, listAcceptances, listPresent } from '#domains/govern/agreements.server.ts';
import { publishAgreement } from '#domains/govern/publish-agreement.server.ts';
import { changeProfile } from '#domains/people/change-profile.server.ts';
import { createToken } from '#domains/people/create-token.server.ts';
import { giveDuty } from '#domains/people/give-duty.server.ts';
import { keyOf } from '#domains/people/secrets.server.ts';
import { takePseudonym } from '#domains/people/take-pseudonym.server.ts';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { newId } from '#platform/ids.ts';
import { type Community, plantCommunity } from '../support/people.ts';
import { trier } from '../support/trying.ts';

let hub: Community;
const actors: Record<string, Actor> = { visitor: { kind: 'visitor' } };
const everyone = ['amina', 'desta', 'jonas', 'mei', 'karim', 'lucia', 'eve', 'suspended', 'visitor', 'reader', 'writer'];
const thread = newId();
beforeAll(async () => {
  hub = await plantCommunity();
  for (const slug of ['amina', 'desta', 'jonas', 'mei', 'karim', 'lucia', 'eve']) actors[slug] = await hub.be(slug);
  actors['suspended'] = await hub.be('mei');
  const talk = newId();
  await hub.behind(`update app.members set status = 'suspended' where slug = 'mei';
    insert into app.conversations (id, audience_id, subject_kind, subject_id, ceiling) values ('${talk}', 2, 'channel', '${newId()}', 'TLP:GREEN');
    insert into app.threads (id, conversation_id, audience_id, title, byline_id) select '${thread}', '${talk}', 2, 'T', id from app.bylines where member_id = '${hub.ids['lucia']}'`);
  for (const [name, scopes] of [
    ['reader', ['read']],
    ['writer', ['write']],
  ] as const) {
    const { token } = await as(actors['lucia']!, (tx) => createToken(tx, { name, scopes: [...scopes], days: 1 }));
    actors[name] = { kind: 'person', key: keyOf(token) };
  }
});
afterAll(async () => {
  await closePools();
  await hub.database.drop();
});
const at = <T>(who: string, work: (tx: Tx) => Promise<T>) => as(actors[who]!, work);
const tried = trier(actors);
const post = (tx: Tx) => sql`select * from app.post_message(${newId()}, ${thread}, 'Words', null, ${newId()}, '\\x00', '')`.execute(tx);
const words = (document: string) => ({ document, title: 'A title', body: 'Be kind.', changes: 'All of it.' });
const present = async (document: string) => (await at('visitor', (tx) => listPresent(tx, false))).find((each) => each.document === document)!.id;

describe('a version', () => {
  test('before there is any, everybody writes', async () => expect(await tried('amina', post)).toBe('done'));
  test('is published by a steward in a browser, by nobody else', async () => {
    const able: string[] = [];
    for (const who of everyone) if ((await tried(who, (tx) => publishAgreement(tx, words('terms')))) === 'done') able.push(who);
    expect(able).toEqual(['lucia']);
  });
  test('is read by anybody, and never changed or removed', async () => {
    for (const who of everyone) expect((await at(who, (tx) => listPresent(tx, false))).length, who).toBe(1);
    for (const who of ['lucia', 'eve'])
      for (const statement of [`update app.agreement_versions set body = 'x'`, 'delete from app.agreement_versions', 'delete from app.agreement_acceptances'])
        expect(await tried(who, (tx) => sql.raw(statement).execute(tx))).toBe('common.not_found');
  });
  test('a text to begin with is for stewards, and nobody accepts it', async () => {
    const id = newId();
    await hub.behind(`insert into app.agreement_versions (id, document, title, body, starter) values ('${id}', 'sharing', 'S', 'Words', true)`);
    expect((await at('amina', (tx) => listPresent(tx, true))).length).toBe(1);
    expect((await at('lucia', (tx) => listPresent(tx, true))).length).toBe(2);
    expect(await tried('lucia', (tx) => acceptAgreement(tx, { version: id }))).toBe('govern.agreement.not_found');
  });
});

describe('whoever has not accepted', () => {
  test('writes nothing: no message, no duty, no pseudonym, by browser or token', async () => {
    for (const who of ['amina', 'jonas', 'lucia', 'writer']) {
      expect(await tried(who, post), who).toBe('common.not_found');
      expect(
        (await at(who, (tx) => sql<{ may: boolean }>`select app.may_write() or app.writer() is not null or app.may_talk(2) as may`.execute(tx))).rows,
      ).toEqual([{ may: false }]);
    }
    expect(await tried('amina', (tx) => takePseudonym(tx, { audienceId: 2, name: 'Quiet' }))).not.toBe('done');
    expect(await tried('lucia', (tx) => giveDuty(tx, { slug: 'amina', duty: 'editor' }))).toBe('common.not_found');
  });
  test('reads, marks as read, keeps their own account and signs out', async () => {
    expect((await at('amina', (tx) => sql`select 1 from app.messages`.execute(tx))).rows.length).toBe(1);
    expect(
      await tried('amina', (tx) =>
        sql`insert into app.read_markers (member_id, thread_id, audience_id, number) values (app.me(), ${thread}, 2, 1) on conflict (member_id, thread_id) do update set number = 1`.execute(
          tx,
        ),
      ),
    ).toBe('done');
    expect(await tried('amina', (tx) => changeProfile(tx, { name: 'Amina O', locale: 'en', time_zone: 'UTC' }))).toBe('done');
    const other = await hub.be('amina');
    expect(Number((await as(other, (tx) => sql`update app.sessions set revoked_at = now() where id = app.my_session()`.execute(tx))).numAffectedRows)).toBe(1);
  });
  test('accepts in a browser; no program does it for them', async () => {
    const version = await present('terms');
    for (const who of ['writer', 'reader', 'suspended', 'visitor']) expect(await tried(who, (tx) => acceptAgreement(tx, { version })), who).not.toBe('done');
    for (const who of ['amina', 'desta', 'jonas', 'karim', 'lucia', 'eve'])
      expect(await tried(who, (tx) => acceptAgreement(tx, { version })), who).toBe('done');
    for (const who of ['amina', 'lucia', 'writer']) expect(await tried(who, post), who).toBe('done');
    expect(await tried('reader', post)).toBe('common.not_found');
  });
  test('nobody says it for another, or of themselves without the words being there', async () => {
    for (const who of ['amina', 'lucia'])
      expect(
        await tried(who, (tx) =>
          sql`insert into app.agreement_acceptances (version_id, member_id) select id, ${hub.ids['eve']} from app.agreement_versions`.execute(tx),
        ),
      ).toBe('common.not_found');
    expect(await tried('amina', (tx) => sql`update app.members set agreed = true where id = app.me()`.execute(tx))).toBe('common.not_found');
  });
  test('a newer version asks again; the older one can no longer be accepted', async () => {
    const old = await present('terms');
    expect(await tried('lucia', (tx) => publishAgreement(tx, words('terms')))).toBe('done');
    expect(await tried('amina', post)).toBe('common.not_found');
    expect(await tried('amina', (tx) => acceptAgreement(tx, { version: old }))).toBe('govern.agreement.newer');
    expect(await tried('lucia', (tx) => publishAgreement(tx, words('sharing')))).toBe('done');
    await at('amina', async (tx) => acceptAgreement(tx, { version: await present('terms') }));
    expect(await tried('amina', post)).toBe('common.not_found');
    await at('amina', async (tx) => acceptAgreement(tx, { version: await present('sharing') }));
    expect(await tried('amina', post)).toBe('done');
  });
  test('whoever joins later accepts first', async () => {
    await hub.behind(`insert into app.members (id, slug, name) values ('${newId()}', 'late', 'Late')`);
    expect(await hub.behind(`select agreed from app.members where slug = 'late'`)).toEqual([{ agreed: false }]);
  });
});

test('who accepted what: oneself, a focal point their people, a steward all with counts', async () => {
  const seen = async (who: string) => [...new Set((await at(who, listAcceptances)).map(({ slug }) => slug))].sort();
  expect(await seen('amina')).toEqual(['amina']);
  expect(await seen('desta')).toEqual(['amina', 'desta']);
  expect(await seen('karim')).toEqual(['karim']);
  expect(await seen('lucia')).toEqual(['amina', 'desta', 'eve', 'jonas', 'karim', 'lucia']);
  expect(await at('amina', countAcceptances)).toEqual([]);
  expect(await at('lucia', countAcceptances)).toEqual([
    { document: 'sharing', accepted: 1, people: 7 },
    { document: 'terms', accepted: 1, people: 7 },
  ]);
});
