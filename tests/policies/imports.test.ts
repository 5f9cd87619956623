/** Talk brought in from Slack: who reads what of it, and that it makes no noise, comes once, and keeps time and names. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDirect } from '#domains/conversations/direct.server.ts';
import { countNew } from '#domains/conversations/telling/catch-up.server.ts';
import { postMessage } from '#domains/conversations/post-message.server.ts';
import { listMessages, listTimeline, unreadCounts } from '#domains/conversations/queries.server.ts';
import { type Brought, type BringIn, bringIn, landPlace } from '#domains/exchange/slack/bring-in.server.ts';
import { openSlack } from '#domains/exchange/slack/read-slack.server.ts';
import { haveBytes } from '#domains/files/bytes.server.ts';
import { findFile } from '#domains/files/queries.server.ts';
import { findHits } from '#domains/search/find-hits.server.ts';
import { forgetConfig } from '#platform/config.server.ts';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { newId } from '#platform/ids.ts';
import { falseClamd } from '../support/clamd.ts';
import { type Cast, cast, type Name, NAMES } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { slackExport, writeFolder } from '../support/slack-export.ts';

let db: FreshDatabase;
let c: Cast;
let first: Brought;
const who = {} as Record<Name, Actor>;
const room = mkdtempSync(path.join(tmpdir(), 'indaba-slack-in-'));
const email = { amina: 'AMINA@slack.example', jonas: 'jonas@slack.example', mei: 'mei@slack.example', pita: 'pita@slack.example' };
const { files, words } = slackExport({ email, many: 60 });
const folder = writeFolder(path.join(room, 'export'), files);

const how = (more: Partial<BringIn> = {}): BringIn => ({
  privateLabel: 'TLP:AMBER',
  slug: (name) => name.replace(/[^a-z0-9]+/gi, '-').toLowerCase(),
  decision: () => undefined,
  why: (error) => String((error as { code?: string }).code ?? error),
  progress: () => {},
  ...more,
});
async function run(from: string, more: Partial<BringIn> = {}): Promise<Brought> {
  const reading = await openSlack(from);
  if ('refused' in reading) throw new Error(reading.refused);
  try {
    return await bringIn(reading, how(more));
  } finally {
    await reading.close();
  }
}
const be = <T>(name: Name, work: (tx: Tx) => Promise<T>) => as(who[name], work);
/** Who reads a message with this word, straight from the table. */
async function readers(word: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of NAMES) {
    const { rows } = await be(name, (tx) => sql<{ n: number }>`select count(*)::int as n from app.messages where body like ${`%${word}%`}`.execute(tx));
    if (rows[0]!.n) found.push(name);
  }
  const visitor = await as({ kind: 'visitor' }, (tx) =>
    sql<{ n: number }>`select count(*)::int as n from app.messages where body like ${`%${word}%`}`.execute(tx),
  );
  if (visitor.rows[0]!.n) found.push('visitor');
  return found;
}
const count = async (table: string) => Number((await c.behind<{ n: string }>(`select count(*) as n from ${table}`))[0]!.n);
const place = async (key: string) =>
  (
    await c.behind<{ id: string; state: string; audience_id: number; conversation_id: string }>('select * from app.import_places where source_key = $1', [key])
  )[0]!;
const refused = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  );

beforeAll(async () => {
  db = await freshDatabase();
  c = await cast(db);
  Object.assign(process.env, { INDABA_DATA: path.join(room, 'data') });
  forgetConfig();
  for (const name of NAMES) who[name] = (await c.signIn(name)).actor;
  for (const [name, address] of Object.entries(email))
    await c.behind('update app.accounts set email = $2, email_key = lower($2) where member_id = $1', [c.member[name as Name], address]);
  first = await run(folder);
});
afterAll(async () => {
  await closePools();
  await db.drop();
  rmSync(room, { recursive: true, force: true });
});

describe('a first run', () => {
  test('nothing failed, and what came in is what was counted', async () => {
    expect(first.places.filter((each) => each.failed)).toEqual([]);
    expect(first.matched).toBe(4);
    for (const each of first.places) expect(each.known, each.name).toBe(each.come);
    expect(await count('app.import_messages')).toBe(first.places.reduce((sum, each) => sum + each.come, 0));
  });

  test('what was open to the whole workspace is read by nobody before it has a label', async () => {
    for (const word of [words.general!, words['sim-swap']!]) expect(await readers(word)).toEqual([]);
    expect(first.places.filter((each) => each.kind === 'channel').every((each) => each.state === 'waiting')).toBe(true);
  });

  test.each([
    ['private', ['amina', 'jonas']],
    ['three', ['amina', 'mei', 'pita']],
    ['two', ['amina', 'jonas']],
    ['waiting', ['amina']],
    ['alone', ['pita']],
    ['nobody', []],
    ['unlisted', []],
  ])('what was private is read by those who were in it and are here: %s', async (which, names) => {
    expect(await readers(words[which]!)).toEqual(names);
    // By search as well, and by nobody else.
    const finders = [];
    for (const name of NAMES) if ((await be(name, (tx) => findHits(tx, words[which]!, 'messages', 10))).length) finders.push(name);
    expect(finders).toEqual(names);
  });

  test('nobody who is here learns from a name that somebody spoke elsewhere', async () => {
    const names = async (name: Name) => (await be(name, (tx) => sql<{ name: string }>`select name from app.bylines`.execute(tx))).rows.map((row) => row.name);
    expect(await names('amina')).toContain('Nadia Not Yet');
    expect((await names('amina')).filter((name) => name === 'Nadia Not Yet')).toHaveLength(2);
    for (const name of ['mei', 'lucia', 'eve'] as Name[]) expect(await names(name), name).not.toContain('Nadia Not Yet');
    for (const name of NAMES) expect(await names(name), name).not.toContain('Olga Old');
  });

  test('no person reads the tables of the import; a steward sees channels that were open to all, and numbers', async () => {
    for (const name of NAMES) {
      for (const table of ['import_people', 'import_place_people', 'import_bylines', 'import_messages', 'import_files'])
        expect(await refused(be(name, (tx) => sql`select 1 from ${sql.table(`app.${table}`)} limit 1`.execute(tx))), `${name} ${table}`).toBe(
          'common.not_found',
        );
      const { rows } = await be(name, (tx) => sql<{ kind: string }>`select kind from app.import_places`.execute(tx));
      expect([...new Set(rows.map((row) => row.kind))], name).toEqual(name === 'lucia' ? ['channel'] : []);
      const runs = await be(name, (tx) => sql<{ counts: object }>`select counts from app.import_runs`.execute(tx));
      expect(runs.rows.length, name).toBe(name === 'lucia' ? 1 : 0);
      if (name === 'lucia') for (const word of ['inner-circle', 'Nadia', 'okapi']) expect(JSON.stringify(runs.rows)).not.toContain(word);
    }
    expect(await refused(as({ kind: 'visitor' }, (tx) => sql`select 1 from app.import_places`.execute(tx)))).toBe('common.not_found');
  });

  test('it makes no noise: no event but the opening, no job that mails, nothing unread', async () => {
    expect(
      await c.behind(`select kind from app.events where kind <> 'channel.opened' and subject_id in (select id from app.messages where source = 'slack')`),
    ).toEqual([]);
    expect(await c.behind(`select e.kind from app.events e join app.import_places p on p.id = e.subject_id`)).toEqual([]);
    expect(await count('app.mentions')).toBe(0);
    expect(
      (await c.behind<{ n: string }>(`select count(*) as n from graphile_worker.jobs where task_identifier like '%mail%' or task_identifier like '%push%'`))[0]!
        .n,
    ).toBe('0');
    for (const name of ['amina', 'jonas', 'mei', 'pita'] as Name[]) expect(await be(name, countNew), name).toBe(0);
    for (const name of ['amina', 'jonas', 'mei', 'pita'] as Name[])
      expect(
        (await be(name, (tx) => unreadCounts(tx))).filter((each) => each.unread),
        name,
      ).toEqual([]);
  });

  test('everything carries the label of its place, so a token without amber reads nothing private', async () => {
    const labels = await c.behind<{ marking: string }>(`select distinct marking from app.messages where source = 'slack'`);
    expect(labels).toEqual([{ marking: 'TLP:AMBER' }]);
    const token = (await c.signIn('amina', ['read', 'write'])).actor;
    for (const actor of [token]) {
      expect((await as(actor, (tx) => sql`select 1 from app.messages where source = 'slack'`.execute(tx))).rows).toEqual([]);
    }
  });

  test('whoever is here speaks under their own name and may edit; a former one is a name without an account', async () => {
    const { rows } = await be('amina', (tx) =>
      sql<{ body: string; name: string; member_id: string | null; mine: boolean; at: Date; source: string; thread: string }>`
        select m.body, b.name, b.member_id, app.may_edit_message(m.byline_id) as mine, m.created_at as at, m.source, t.title as thread
          from app.messages m join app.bylines b on b.id = m.byline_id join app.threads t on t.id = m.thread_id where m.body like '%okapikeeper%' order by m.number`.execute(
        tx,
      ),
    );
    expect(rows).toEqual([
      {
        body: 'Between us: okapikeeper',
        name: 'Amina',
        member_id: c.member.amina,
        mine: true,
        at: new Date(Date.UTC(2024, 0, 8, 9, 15)),
        source: 'slack',
        thread: 'Between us: okapikeeper',
      },
      {
        body: 'I know: okapikeeper too',
        name: 'Nadia Not Yet',
        member_id: null,
        mine: false,
        at: new Date(Date.UTC(2024, 0, 8, 9, 16)),
        source: 'slack',
        thread: 'Between us: okapikeeper',
      },
    ]);
  });
});

describe('a conversation that somebody may still join', () => {
  test('is not taken for the one of those who are here', async () => {
    const waiting = await place('D0AN');
    expect((await c.behind<{ frozen: boolean }>('select frozen from app.audiences where id = $1', [waiting.audience_id]))[0]!.frozen).toBe(false);
    const three = await place('G0GROUP');
    expect((await c.behind<{ frozen: boolean }>('select frozen from app.audiences where id = $1', [three.audience_id]))[0]!.frozen).toBe(true);
    // Nothing new is said before Nadia, who would read it, is here or nobody waits for her.
    const say = async (key: string) => {
      const [thread] = await c.behind<{ id: string }>('select id from app.threads where conversation_id = $1 limit 1', [(await place(key)).conversation_id]);
      return refused(be('amina', (tx) => postMessage(tx, { thread_id: thread!.id, body: 'And now', marking: null, retry_key: newId() })));
    };
    expect(await say('D0AN')).toBe('conversations.conversation.closed');
    expect(await say('G0SECRET')).toBe('conversations.conversation.closed');
    expect(await say('D0AJ')).toBe('done');
    // Amina, Mei and Pita are all here: their old conversation goes on.
    const opened = await be('mei', (tx) => openDirect(tx, { people: ['amina', 'pita'] }));
    expect(opened.id).toBe(three.id);
  });
});

describe('opening a channel', () => {
  const decide = (name: Name, key: string, audience: number, label: string | null) =>
    place(key).then((one) => refused(be(name, (tx) => sql`select app.decide_import(${one.id}, ${audience}, ${label})`.execute(tx))));

  test('is for stewards, with a label that admits its readers, and never of what was private', async () => {
    for (const name of NAMES.filter((each) => each !== 'lucia')) expect(await decide(name, 'C0GENERAL', 2, 'TLP:GREEN'), name).toBe('exchange.place.not_found');
    expect(await decide('lucia', 'C0GENERAL', 2, 'TLP:AMBER')).toBe('exchange.place.not_admitted');
    expect(await decide('lucia', 'C0GENERAL', 2, null)).toBe('exchange.place.not_admitted');
    expect(await decide('lucia', 'C0GENERAL', c.audience.circle, 'TLP:AMBER')).toBe('exchange.place.not_found');
    for (const key of ['G0SECRET', 'D0AN', 'C0CLOSED']) expect(await decide('lucia', key, 2, 'TLP:GREEN'), key).toBe('exchange.place.not_found');
    expect(await refused(be('lucia', async (tx) => sql`select app.land_import(${(await place('C0GENERAL')).id})`.execute(tx)))).toBe('common.not_found');
    const reading = (await c.signIn('lucia', ['read'])).actor;
    const one = await place('C0GENERAL');
    expect(await refused(as(reading, (tx) => sql`select app.decide_import(${one.id}, 2, 'TLP:GREEN')`.execute(tx)))).toBe('exchange.place.not_found');
  });

  test('shows all of it at once, in the order of time, to its readers alone', async () => {
    expect(await decide('lucia', 'C0GENERAL', 2, 'TLP:GREEN')).toBe('done');
    expect(await decide('lucia', 'C0GENERAL', 2, 'TLP:GREEN')).toBe('exchange.place.decided');
    expect(await readers(words.general!)).toEqual([]);
    const one = await place('C0GENERAL');
    expect(await landPlace(one.id)).toBe(first.places.find((each) => each.name === 'general')!.come);
    expect(await landPlace(one.id)).toBe(0);
    expect(await readers(words.general!)).toEqual(['amina', 'jonas', 'mei', 'pita', 'lucia', 'noor']);
    const { conversation_id } = await place('C0GENERAL');
    // As the page and the timeline read it, last page first.
    const view = await be('amina', (tx) => listTimeline(tx, conversation_id));
    expect(view.at(-1)).toMatchObject({ source: 'slack', marking: 'TLP:GREEN' });
    expect((await be('amina', (tx) => listMessages(tx, view[0]!.thread_id)))[0]!.source).toBe('slack');
    const rows = await c.behind<{ number: number; thread_number: number; created_at: Date; thread_id: string }>(
      'select number, thread_number, created_at, thread_id from app.messages where conversation_id = $1 order by number',
      [conversation_id],
    );
    expect(rows.map((row) => row.number)).toEqual(rows.map((_, n) => n + 1));
    expect([...rows].sort((a, b) => a.created_at.getTime() - b.created_at.getTime()).map((row) => row.number)).toEqual(rows.map((row) => row.number));
    for (const thread of new Set(rows.map((row) => row.thread_id)))
      expect(rows.filter((row) => row.thread_id === thread).map((row) => row.thread_number)).toEqual(
        rows.filter((row) => row.thread_id === thread).map((_, n) => n + 1),
      );
    expect((await be('noor', (tx) => unreadCounts(tx))).find((each) => each.conversation_id === conversation_id)?.unread).toBe(0);
    expect(await be('noor', countNew)).toBe(0);
    const latest = await c.behind<{ last_at: Date }>('select last_at from app.counters where scope_id = $1', [conversation_id]);
    expect(latest[0]!.last_at).toEqual(rows.at(-1)!.created_at);
    expect(await c.behind(`select kind from app.events where subject_id = $1`, [one.id])).toEqual([{ kind: 'channel.opened' }]);
    expect(
      await c.behind(`select body from app.import_messages where place_id = $1 and (body <> '' or lexemes <> '' or earlier is not null)`, [one.id]),
    ).toEqual([]);
    // A file of the archive stands under its message, for the same readers; one that is elsewhere left its name.
    const files = await c.behind<{ id: string; name: string; body: string; sha256: Buffer }>(
      'select a.id, a.name, a.sha256, m.body from app.attachments a join app.messages m on m.id = a.message_id where m.conversation_id = $1 order by a.name',
      [conversation_id],
    );
    expect(files.map(({ name, body }) => [name, body])).toEqual([
      ['map.png', 'See the map'],
      ['plan.txt', '📎 plan.txt'],
    ]);
    for (const { id, sha256 } of files) {
      expect((await be('noor', (tx) => findFile(tx, id)))?.hash).toBe(sha256.toString('hex'));
      expect(haveBytes(sha256.toString('hex'))).toBe(true);
      for (const name of ['eve', 'karim'] as Name[]) expect(await be(name, (tx) => findFile(tx, id)), name).toBeUndefined();
    }
    expect(await count('app.import_files')).toBe(0);
    const before = await c.behind<{ body: string }>(
      `select r.body from app.message_revisions r join app.messages m on m.id = r.message_id where m.body = 'It was Tuesday'`,
    );
    expect(before).toEqual([{ body: 'It was Monday' }]);
  });

  test('a channel that is not wanted is forgotten, and stays so', async () => {
    const old = await place('C0OLD');
    expect(await refused(be('mei', (tx) => sql`select app.set_aside_import(${old.id})`.execute(tx)))).toBe('exchange.place.not_found');
    expect(await refused(be('lucia', (tx) => sql`select app.set_aside_import(${old.id})`.execute(tx)))).toBe('done');
    expect(await c.behind('select 1 from app.import_messages where place_id = $1', [old.id])).toEqual([]);
  });
});

describe('a second run', () => {
  test('adds nothing', async () => {
    const tables = [
      'app.messages',
      'app.threads',
      'app.channels',
      'app.conversations',
      'app.bylines',
      'app.audiences',
      'app.import_messages',
      'app.import_people',
      'app.import_places',
      'app.events',
      'search.entries',
    ];
    const before = await Promise.all(tables.map(count));
    const second = await run(folder);
    expect(await Promise.all(tables.map(count))).toEqual(before);
    expect(second.places.filter((each) => each.failed || each.fresh || each.landed)).toEqual([]);
  });

  test('of a later export adds what is new, at the end, and no reader to what was private', async () => {
    const later = slackExport({ email, many: 60 }).files;
    const day = {
      ...JSON.parse(`${later.get('inner-circle/2024-01-08.json')}`)[0],
      ts: '1709283600.000100',
      thread_ts: undefined,
      reply_count: undefined,
      text: 'Later: okapikeeper',
    };
    later.set('inner-circle/2024-03-01.json', JSON.stringify([day]));
    const groups = JSON.parse(`${later.get('groups.json')}`);
    groups[0].members.push('U0MEI');
    later.set('groups.json', JSON.stringify(groups));
    const done = await run(writeFolder(path.join(room, 'later'), later));
    expect(done.places.filter((each) => each.fresh).map((each) => [each.name, each.fresh, each.landed])).toEqual([['inner-circle', 1, 1]]);
    expect(await readers('Later: okapikeeper')).toEqual(['amina', 'jonas']);
  });

  test('with labels given beforehand opens what waited, in the name of the steward', async () => {
    const done = await run(folder, {
      decision: (each) => (each.name === 'sim-swap' ? { steward: c.member.lucia, audience: 2, label: 'TLP:GREEN' } : undefined),
    });
    expect(done.places.find((each) => each.name === 'sim-swap')).toMatchObject({ state: 'open', fresh: 0, landed: 61 });
    expect(await readers(words['sim-swap']!)).toContain('noor');
    const [note] = await c.behind<{ actor_id: string }>(`select actor_id from app.audit_notes where kind = 'import.decided' order by id desc limit 1`);
    expect(note!.actor_id).toBe(c.member.lucia);
  });
});

describe('whoever joins later', () => {
  const admit = async (address: string, proved = true): Promise<{ id: string; actor: Actor }> => {
    const [id, byline] = [newId(), newId()];
    await as({ kind: 'clerk' }, async (tx) => {
      await sql`insert into app.members (id, slug, name) values (${id}, ${`n-${id.slice(-8)}`}, 'Nadia')`.execute(tx);
      await sql`insert into app.accounts (member_id, email, email_key, address_proved) values (${id}, ${address}, lower(${address}), ${proved})`.execute(tx);
      await sql`insert into app.bylines (id, kind, member_id, organization_id, name) values (${byline}, 'person', ${id}, ${c.organization['tavola-regulator']}, 'Nadia')`.execute(
        tx,
      );
      await sql`insert into app.memberships (member_id, organization_id) values (${id}, ${c.organization['tavola-regulator']})`.execute(tx);
    });
    return { id, actor: { kind: 'clerk', as: id } };
  };
  const match = (member: string) =>
    as({ kind: 'clerk' }, async (tx) => (await sql<{ n: number }>`select app.match_imported(${member}) as n`.execute(tx)).rows[0]!.n);
  const reads = async (actor: Actor, word: string) =>
    (await as(actor, (tx) => sql`select 1 from app.messages where body ~ ${`${word}($|\\W)`}`.execute(tx))).rows.length;

  test('is not found by an address that nobody proved', async () => {
    const liar = await admit('nadia@tavola.example', false);
    expect(await match(liar.id)).toBe(0);
    expect(await reads(liar.actor, words.waiting!)).toBe(0);
    await c.behind(`update app.accounts set email_key = 'gone' where member_id = $1`, [liar.id]);
  });

  test('finds what they wrote, and reads what was private to them, and nothing else', async () => {
    const nadia = await admit('Nadia@tavola.example');
    expect(await c.behind(`select 1 from graphile_worker.jobs where task_identifier = 'exchange.match-imported'`)).not.toEqual([]);
    expect(await reads(nadia.actor, words.waiting!)).toBe(0);
    expect(await match(nadia.id)).toBe(1);
    expect(await match(nadia.id)).toBe(0);
    expect(await reads(nadia.actor, words.waiting!)).toBe(1);
    expect(await reads(nadia.actor, words.private!)).toBe(3);
    for (const which of ['two', 'three', 'alone']) expect(await reads(nadia.actor, words[which]!), which).toBe(0);
    const own = await as(nadia.actor, (tx) =>
      sql<{
        name: string;
        mine: boolean;
      }>`select b.name, app.may_edit_message(m.byline_id) as mine from app.messages m join app.bylines b on b.id = m.byline_id where m.body like ${`%${words.waiting!}%`}`.execute(
        tx,
      ),
    );
    expect(own.rows).toEqual([{ name: 'Nadia', mine: true }]);
    const eyes = await c.behind<{ name: string }>(
      `select b.name from app.reactions x join app.bylines b on b.id = x.byline_id where x.audience_id = $1 order by 1`,
      [(await place('D0AN')).audience_id],
    );
    expect(eyes).toEqual([{ name: 'Amina' }, { name: 'Nadia' }]);
    expect(await c.behind(`select kind from app.events where kind in ('message.reacted', 'message.pinned', 'message.unpinned')`)).toEqual([]);
    expect((await c.behind<{ frozen: boolean }>('select frozen from app.audiences where id = $1', [(await place('D0AN')).audience_id]))[0]!.frozen).toBe(true);
    const ends = await c.behind<{ closed_at: Date | null }>('select closed_at from app.conversations where id = any($1)', [
      [(await place('D0AN')).conversation_id, (await place('G0SECRET')).conversation_id],
    ]);
    expect(ends).toEqual([{ closed_at: null }, { closed_at: null }]);
    // Of the two in that conversation one had been shut out in Slack: her name stands in it, and she is no reader.
    expect(await reads(nadia.actor, words.nobody!)).toBe(1);
    const olga = await admit('olga@elsewhere.example');
    expect(await match(olga.id)).toBe(1);
    for (const which of Object.keys(words).filter((each) => !['general', 'sim-swap'].includes(each)))
      expect(await reads(olga.actor, words[which]!), which).toBe(0);
    expect(await c.behind(`select name, email_key from app.import_people where member_id = $1`, [nadia.id])).toEqual([{ name: 'Matched', email_key: null }]);
    expect((await as(nadia.actor, (tx) => unreadCounts(tx))).filter((each) => each.unread)).toEqual([]);
    // Who comes later under the same address is somebody else.
    await c.behind(`update app.accounts set email_key = 'left' where member_id = $1`, [nadia.id]);
    const next = await admit('nadia@tavola.example');
    expect(await match(next.id)).toBe(0);
  });

  test('only the import and its job match', async () => {
    for (const name of NAMES) expect(await refused(be(name, (tx) => sql`select app.match_imported(null)`.execute(tx))), name).toBe('common.not_found');
    expect(await refused(as({ kind: 'clerk', as: c.member.lucia }, (tx) => sql`select app.match_imported(null)`.execute(tx)))).toBe('common.not_found');
  });
});

test('an interrupted run goes on where it stopped', async () => {
  const other = writeFolder(
    path.join(room, 'other'),
    new Map([...slackExport({ email, many: 0, faults: false, channels: 30 }).files].map(([name, text]) => [name, `${text}`.replaceAll('"C1', '"C2')])),
  );
  let lines = 0;
  const stop = new Error('killed');
  await expect(
    run(other, {
      progress: () => {
        if (++lines === 12) throw stop;
      },
      why: (error) => {
        throw error;
      },
    }),
  ).rejects.toBe(stop);
  expect(await c.behind('select 1 from app.import_runs where ended_at is null')).toHaveLength(1);
  const done = await run(other, {
    decision: (each) => (each.name.startsWith('topic') ? { steward: c.member.lucia, audience: 2, label: 'TLP:GREEN' } : undefined),
  });
  const topics = done.places.filter((each) => each.name.startsWith('topic'));
  expect(topics).toHaveLength(30);
  expect(topics.every((each) => each.state === 'open' && each.landed === 1 && each.known === 1)).toBe(true);
  expect(topics.filter((each) => each.fresh === 0).length).toBeGreaterThan(0);
});

test('a guest is not brought under a label that admits none', async () => {
  await c.behind(`update app.accounts set email_key = 'karim@kite.example' where member_id = $1`, [c.member.karim]);
  const { files: own } = slackExport({ email: { ...email, pita: 'karim@kite.example' }, many: 0, faults: false });
  const renamed = new Map(
    [...own].map(
      ([name, text]) =>
        [
          name,
          Object.values(words).reduce(
            (all, word) => all.replaceAll(word, `${word}two`),
            `${text}`.replace(/"([GDC])0/g, '"$19').replaceAll('U0PITA', 'U9KARIM'),
          ),
        ] as [string, string],
    ),
  );
  for (const name of [...renamed.keys()].filter((each) => /^[GD]0/.test(each))) {
    renamed.set(name.replace(/^([GD])0/, '$19'), renamed.get(name)!);
    renamed.delete(name);
  }
  const done = await run(writeFolder(path.join(room, 'strict'), renamed), { privateLabel: 'TLP:AMBER+STRICT' });
  expect(done.places.filter((each) => each.failed)).toEqual([]);
  expect(await readers(`${words.three}two`)).toEqual(['amina', 'mei']);
});

test('a file in which the scanner finds something stays out and is told, its message comes in; while the scanner is away the place waits, and goes on afterwards', async () => {
  const other = new Map<string, string | Uint8Array>();
  for (const [name, content] of slackExport({ email, many: 0, faults: false }).files) {
    const text = (all: string) => Object.values(words).reduce((now, word) => now.replaceAll(word, `${word}three`), all.replace(/"([GDC])0/g, '"$17'));
    other.set(name.replace(/^([GD])0/, '$17'), typeof content === 'string' ? text(content) : content);
  }
  const infected = 'malware-for-the-test';
  other.set('__uploads/F0HERE/plan.txt', infected);
  const from = writeFolder(path.join(room, 'infected'), other);
  const scanner = (address: string | undefined) => {
    if (address) process.env.INDABA_SCANNER = address;
    else delete process.env.INDABA_SCANNER;
    forgetConfig();
  };
  const [away, clamd] = [await falseClamd(), await falseClamd()];
  await away.close();
  try {
    scanner(away.address);
    const waits = await run(from);
    expect(waits.places.filter((each) => each.failed).map(({ name, failed, state }) => [name, state, /scanner does not answer/.test(failed!)])).toEqual([
      ['general', 'waiting', true],
    ]);

    scanner(clamd.address);
    const reading = await openSlack(from);
    if ('refused' in reading) throw new Error(reading.refused);
    const decision: BringIn['decision'] = ({ name }) => (name === 'general' ? { steward: c.member.lucia, audience: 2, label: 'TLP:GREEN' } : undefined);
    const done = await bringIn(reading, how({ slug: (name) => `scanned-${name}`, decision })).finally(() => reading.close());
    const general = done.places.find(({ name }) => name === 'general')!;
    expect(done.places.filter((each) => each.failed)).toEqual([]);
    // What came is what is there: only the file is missing, and it is named.
    expect([general.state, general.known, general.landed, general.files]).toEqual(['open', general.come, general.come, 1]);
    expect(reading.report.lines.filter(({ reason }) => reason === 'file_infected').map(({ what }) => what)).toEqual(['plan.txt']);
    expect(clamd.seen.length).toBe(2);
    const here = await c.behind<{ body: string; file: string | null }>(
      `select m.body, a.name as file from app.import_places p join app.messages m on m.conversation_id = p.conversation_id left join app.attachments a on a.message_id = m.id
        where p.source_key = 'C7GENERAL' and (m.body like '%plan.txt%' or a.id is not null) order by m.number`,
    );
    expect(here).toEqual([
      { body: '📎 plan.txt', file: null },
      { body: 'See the map', file: 'map.png' },
    ]);
    expect(haveBytes(createHash('sha256').update(infected).digest('hex'))).toBe(false);

    const again = await run(from);
    expect(again.places.map(({ fresh, landed, files, failed }) => fresh + landed + files + (failed ? 1 : 0)).filter(Boolean)).toEqual([]);
  } finally {
    scanner(undefined);
    await clamd.close();
  }
});
