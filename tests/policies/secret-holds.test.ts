/** A hold is secret: whose words are held is answered as ever, what they write over or remove is kept; what goes at its time tells nobody who a pseudonym is. */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { editMessage } from '#domains/conversations/edit-message.server.ts';
import { startThread } from '#domains/conversations/start-thread.server.ts';
import { takeBackMessage } from '#domains/conversations/take-back-message.server.ts';
import { readMyLog, readMyself, readWritten, type Written } from '#domains/records/exports/read-records.server.ts';
import { runRetention } from '#domains/records/run-retention.server.ts';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { newId } from '#platform/ids.ts';
import { type Cast, cast, type Name, NAMES } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';

let db: FreshDatabase;
let c: Cast;
const space = newId();
const web = {} as Record<Name, Actor>;
beforeAll(async () => {
  db = await freshDatabase();
  c = await cast(db);
  for (const name of NAMES) web[name] = (await c.signIn(name)).actor;
  await c.behind(`insert into app.hub_roles values ($1, 'steward')`, [c.member.mei]);
  await c.behind(`update app.memberships set role = 'focal_point' where member_id = any($1)`, [[c.member.lucia]]);
  await c.behind(`insert into app.memberships (member_id, organization_id, role) values ($1, $2, 'focal_point')`, [
    c.member.pita,
    c.organization['ta-lumaria'],
  ]);
  await c.behind(`insert into app.spaces (id, slug, audience_id, title) values ($1, 'rules', 2, 'Rules')`, [space]);
});
afterAll(async () => {
  await closePools();
  await db.drop();
});
const be = <T>(who: Name, work: (tx: Tx) => Promise<T>) => as(web[who], work);
const hold = (scope: string, subject: string) =>
  c.behind(`insert into app.legal_holds (id, scope, subject_id, reference, reason, placed_by) values (gen_random_uuid(), $1, $2, 'R', 'Because', $3)`, [
    scope,
    subject,
    c.byline.lucia,
  ]);
const lift = () =>
  c.behind(
    `set session_replication_role = replica; update app.legal_holds set lifted_at = now(), lifted_reason = 'x', lifted_by = '${c.byline.mei}' where lifted_at is null`,
  );

/** Everything somebody may do to what they wrote, and what they are told by it, with ids and moments taken out. */
async function acts(who: Name): Promise<string[]> {
  const [request, page, other] = [newId(), newId(), newId()];
  const said: string[] = [];
  const tell = async (name: string, work: (tx: Tx) => Promise<unknown>) => {
    const answer = await be(who, work).then(
      (value) => JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? String(each) : each)) ?? 'done',
      (error: { code?: string; status?: number }) => `refused ${error.code} ${error.status} ${String(error)}`,
    );
    said.push(`${name}: ${answer.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'id').replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'then')}`);
  };
  let thread = { id: '', thread_id: '' };
  await tell('start', async (tx) => {
    thread = await startThread(tx, {
      conversation_id: c.channel['all-members'].conversationId,
      title: 'First title',
      body: 'First words',
      marking: null,
      retry_key: randomUUID(),
    });
  });
  await tell('rename', (tx) =>
    sql`update app.threads set title = 'Second title' where id = ${thread.thread_id} returning title`.execute(tx).then((r) => r.rows),
  );
  await tell('edit', (tx) => editMessage(tx, { id: thread.id, body: 'Second words', marking: null }).then(() => 'edited'));
  await tell('take back', (tx) => takeBackMessage(tx, { id: thread.id }).then(() => 'gone'));
  await tell('propose', async (tx) => {
    await sql`insert into app.change_requests (id, space_id, audience_id, title, reason, byline_id, retry_key) values (${request}, ${space}, 2, 'First proposal', 'First reason', ${c.byline[who]}, ${randomUUID()})`.execute(
      tx,
    );
    for (const [id, path] of [
      [page, 'a'],
      [other, 'b'],
    ])
      await sql`insert into app.change_request_pages (id, change_request_id, audience_id, action, page_id, path, position, text) values (${id}, ${request}, 2, 'create', ${randomUUID()}, ${`${path}-${request.slice(-6)}`}, 1, 'First draft')`.execute(
        tx,
      );
  });
  await tell('retitle', (tx) =>
    sql`update app.change_requests set title = 'Second proposal', reason = 'Second' where id = ${request}`.execute(tx).then((r) => r.numAffectedRows),
  );
  await tell('overwrite', (tx) =>
    sql`update app.change_request_pages set text = 'Second draft' where id = ${page} returning text`.execute(tx).then((r) => r.rows),
  );
  await tell('remove', (tx) => sql`delete from app.change_request_pages where id = ${other} returning text`.execute(tx).then((r) => r.rows));
  await tell('what is left', (tx) => sql`select text from app.change_request_pages where change_request_id = ${request}`.execute(tx).then((r) => r.rows));
  await tell('profile', async (tx) => {
    await sql`insert into app.profile_fields (member_id, field, words, shown_to) values (app.me(), 'about', '{First profile}', 'members')`.execute(tx);
    await sql`update app.profile_fields set words = '{Second profile}' where member_id = app.me() and field = 'about'`.execute(tx);
  });
  await tell('profile away', (tx) =>
    sql`delete from app.profile_fields where member_id = app.me() and field = 'about'`.execute(tx).then((r) => r.numAffectedRows),
  );
  await tell('name', async (tx) => {
    await sql`update app.members set name = 'Another name' where id = app.me()`.execute(tx);
    await sql`update app.members set name = ${who[0]!.toUpperCase() + who.slice(1)} where id = app.me()`.execute(tx);
  });
  await tell('withdraw', (tx) =>
    sql`update app.change_requests set status = 'withdrawn' where id = ${request} returning status`.execute(tx).then((r) => r.rows),
  );
  // What the hub says of it to them afterwards.
  await tell('copies', (tx) => sql`select count(*) as n from app.held_copies`.execute(tx).then((r) => r.rows));
  await tell('events', (tx) =>
    sql`select e.kind from app.events e where e.byline_id = ${c.byline[who]} and e.subject_id in (${thread.id}, ${request}) order by e.id`
      .execute(tx)
      .then((r) => r.rows),
  );
  return said;
}
const copies = () => c.behind<{ kind: string; words: Record<string, unknown> }>('select kind, words from app.held_copies order by kept_at, id');
async function records(who: Name, organizationId: string, mine = false): Promise<Written[]> {
  const found: Written[] = [];
  for await (const each of readWritten({ kind: 'clerk', as: c.member[who] }, { mine, organizationId, from: null, until: null, labels: [], things: [] }))
    found.push(each);
  return found;
}

describe('whoever is held', () => {
  let without: string[];
  test.each(['person', 'organization', 'everything'])('is answered the same, act by act, under a hold of %s; what was there is kept', async (scope) => {
    without ??= await acts('amina');
    expect(without.filter((line) => line.includes('refused'))).toEqual([]);
    await c.behind('delete from app.held_copies');
    await hold(scope, scope === 'person' ? c.member.amina : scope === 'organization' ? c.organization['ta-lumaria'] : (null as unknown as string));
    expect(await acts('amina')).toEqual(without);
    const kept = (await copies()).map(({ kind, words }) =>
      `${kind}: ${words.title ?? ''} ${words.text ?? ''} ${words.words ?? ''} ${kind === 'members' ? words.name : ''}`.trim(),
    );
    for (const words of [
      'threads: First title',
      'change_requests: First proposal',
      'change_request_pages:  First draft',
      'profile_fields:   First profile',
      'profile_fields:   Second profile',
    ])
      expect(kept).toContain(words);
    expect(kept.filter((each) => each.includes('First draft'))).toHaveLength(2);
    await lift();
  });
  test('without a hold nothing is kept', async () => {
    await runRetention();
    expect(await copies()).toEqual([]);
    await acts('amina');
    expect(await copies()).toEqual([]);
  });
});

describe('the copies', () => {
  beforeAll(async () => {
    await hold('person', c.member.amina);
    await hold('person', c.member.pita);
    await acts('amina');
    await acts('pita');
  });
  afterAll(lift);
  test('go into the records of the organization, for a focal point who could read them', async () => {
    const found = await records('pita', c.organization['ta-lumaria']);
    for (const words of ['First draft', 'First reason'])
      expect(found.filter(({ kind, text }) => kind === 'earlier' && text === words).length).toBeGreaterThan(0);
    expect(found.map(({ title }) => title)).toContain('First title');
  });
  test('never to whose words they are, by no package of theirs, be they the focal point', async () => {
    expect((await records('pita', c.organization['tavola-regulator'])).filter(({ kind }) => kind === 'earlier')).toEqual([]);
    for (const who of ['amina', 'pita'] as Name[]) {
      const own = JSON.stringify([await records(who, '', true), await readMyself(c.as(who))]);
      for (const words of ['First title', 'First draft', 'First proposal', 'First profile', 'hold']) expect(own).not.toContain(words);
      for await (const row of readMyLog(c.as(who))) expect(JSON.stringify(row)).not.toMatch(/hold|First/);
    }
  });
  test('nobody reads, writes or removes them by a request: not the author, a focal point, a steward, Eve', async () => {
    for (const who of NAMES) {
      expect([who, (await be(who, (tx) => sql`select 1 from app.held_copies`.execute(tx))).rows]).toEqual([who, []]);
      for (const statement of [
        `delete from app.held_copies`,
        `insert into app.held_copies (kind, words) values ('threads', '{}')`,
        `select app.drop_free_copies()`,
        `select app.sealed_words_held('${c.byline.amina}')`,
      ])
        await expect(be(who, (tx) => sql.raw(statement).execute(tx))).rejects.toMatchObject({ status: 404 });
    }
    await expect(as({ kind: 'visitor' }, (tx) => sql`select 1 from app.held_copies`.execute(tx))).rejects.toMatchObject({ status: 404 });
  });
  test('stay while the hold stands and go when it does not', async () => {
    const before = (await copies()).length;
    await runRetention();
    expect((await copies()).length).toBe(before);
    await lift();
    await runRetention();
    expect(await copies()).toEqual([]);
  });
});

test('what is due goes, whoever is behind a pseudonym: nothing that stays says who it is; the words are kept as a copy', async () => {
  const [heron, stork] = [newId(), newId()];
  for (const [id, name, member] of [
    [heron, 'Heron', c.member.amina],
    [stork, 'Stork', c.member.jonas],
  ]) {
    await c.behind(`insert into app.bylines (id, kind, audience_id, name) values ($1, 'pseudonym', 2, $2)`, [id, name]);
    await c.behind(`insert into sealed.byline_members values ($1, $2)`, [id, member]);
  }
  const said = new Map<string, string>();
  for (const byline of [heron, stork]) {
    const { id } = await be('amina', (tx) =>
      startThread(tx, {
        conversation_id: c.channel['all-members'].conversationId,
        title: 'T',
        body: `Said by ${byline}`,
        marking: null,
        retry_key: randomUUID(),
      }),
    );
    said.set(byline, id);
    await c.behind(
      `set session_replication_role = replica; update app.messages set byline_id = '${byline}', created_at = now() - interval '20 years' where id = '${id}'`,
    );
  }
  for (const [scope, subject] of [
    ['person', c.member.amina],
    ['organization', c.organization['ta-lumaria']],
  ] as const) {
    await hold(scope, subject);
    await runRetention();
    const left = await c.behind(`select body, removed_at is not null as removed from app.messages where id = any($1)`, [[...said.values()]]);
    expect(left).toEqual([
      { body: '', removed: true },
      { body: '', removed: true },
    ]);
    expect((await copies()).map(({ kind, words }) => [kind, words.body])).toEqual([['messages', `Said by ${heron}`]]);
  }
  await lift();
  await runRetention();
  expect(await copies()).toEqual([]);
});

test("an organization's hold covers who works or worked for it, also as their second", async () => {
  const held = async () => (await c.behind<{ held: boolean }>(`select app.person_held($1) as held`, [c.member.noor]))[0]!.held;
  const words = async () => (await c.behind<{ held: boolean }>(`select app.words_held($1, null, 2, null) as held`, [c.byline.noor]))[0]!.held;
  await c.behind(`insert into app.memberships (member_id, organization_id) values ($1, $2)`, [c.member.noor, c.organization['tavola-regulator']]);
  await hold('organization', c.organization['tavola-regulator']);
  expect([await held(), await words()]).toEqual([true, true]);
  await c.behind(`delete from app.memberships where member_id = $1 and organization_id = $2`, [c.member.noor, c.organization['tavola-regulator']]);
  expect([await held(), await words()]).toEqual([true, true]);
  await lift();
  expect([await held(), await words()]).toEqual([false, false]);
});
