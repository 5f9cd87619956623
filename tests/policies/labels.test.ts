/**
 * Label × outlet × reader: what somebody says under each label, and by which way it reaches whom. The labels and what they allow are read from app.marking_outlets:
 * a label or a column that no row speaks of fails. Every way is really gone; what came of it stands in docs/operating/labels-by-outlet.md. `INDABA_WRITE=1` writes it anew; then read what changed.
 */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Connection } from '#domains/activity/relay.server.ts';
import { stopRelay, theRelay } from '#domains/activity/stream.server.ts';
import { openChannel } from '#domains/channels/open-channel.server.ts';
import { fillChips } from '#domains/conversations/chips.server.ts';
import { openDirect } from '#domains/conversations/direct.server.ts';
import { readFoundMessages } from '#domains/conversations/found.server.ts';
import { involve } from '#domains/conversations/involve.server.ts';
import { moveThread, planMove } from '#domains/conversations/move-thread.server.ts';
import { findConversationFor, findMessage, listMessages, unreadCounts } from '#domains/conversations/queries.server.ts';
import { startThread } from '#domains/conversations/start-thread.server.ts';
import { listNewThreads } from '#domains/conversations/telling/catch-up.server.ts';
import { tell } from '#domains/conversations/telling/tell.server.ts';
import { landImport } from '#domains/exchange/slack/jobs.server.ts';
import { readWritten } from '#domains/records/exports/read-records.server.ts';
import { findHits } from '#domains/search/find-hits.server.ts';
import { renderMessage } from '#lib/text/render-message.ts';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { wire } from '../../src/wiring.server.ts';
import { type Cast, cast, type Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { ownKeys } from '../support/keys.ts';
import { writtenTable } from '../support/written-table.ts';

const file = resolve(import.meta.dirname, '../../docs/operating/labels-by-outlet.md');
/** Who stands behind each column. Jonas writes; Amina reads in every place; Noor is brought in afterwards where that can be done. */
const WHO = {
  visitor: null,
  nowhere: 'eve',
  member: 'pita',
  guest: 'karim',
  writer: 'jonas',
  reader: 'amina',
  'reading token': 'amina',
  'token with amber': 'amina',
  'brought in later': 'noor',
  steward: 'lucia',
} as const;
type Who = keyof typeof WHO;
const columns = Object.keys(WHO) as Who[];
/** Which outlets speak of which column of the table. A new column without an outlet fails. */
const speaks: Record<string, string[]> = {
  audience_kinds: ['place', 'import'],
  guests: ['place', 'page'],
  max_readers: ['place'],
  mail: ['mail', 'digest', 'push', 'reply by mail'],
  feed: ['move'],
  export: ['export', 'records'],
  source_sees: ['told to its source'],
  api_scope: ['API', 'stream'],
};
type Said = { label: string; talk: string; audience: number; thread: string; message: string; word: string; movable: string; moved: string; brought: string };
type Row = {
  label: string;
  rank: number;
  audience_kinds: string[];
  guests: boolean;
  max_readers: number | null;
  mail: string;
  feed: string;
  export: string;
  source_sees: boolean;
  api_scope: string;
};
let db: FreshDatabase;
let c: Cast;
let outlets: Row[];
let second: string;
const said = new Map<string, Said>();
const actors = {} as Record<Who, Actor>;
const tokens = {} as Record<Who, Actor>;
const heard = new Map<string, string>();
const carried = { mail: new Map<string, string>(), digest: new Map<string, string>(), push: new Map<string, string>() };
const table = new Map<string, string[]>();

const newWord = () => `w${randomBytes(8).toString('hex').replace(/\d/g, 'q')}`;
const scoped = (who: Who): Array<'read' | 'write' | 'amber'> => (who === 'reading token' ? ['read', 'write'] : ['read', 'write', 'amber']);
const member = (who: Who) => WHO[who] && c.member[WHO[who] as Name];
const start = (name: Name, conversation_id: string, body: string, marking: string | null) =>
  as(c.as(name), (tx) => startThread(tx, { conversation_id, title: `About ${body}`, body, marking, retry_key: randomUUID() }));
async function open(by: Name, input: Record<string, unknown>): Promise<{ talk: string; audience: number }> {
  return as(c.as(by), async (tx) => {
    const { id } = await openChannel(tx, { retry_key: randomUUID(), ...input });
    const found = (await findConversationFor(tx, { kind: 'channel', id }))!;
    return { talk: found.id, audience: found.audience_id };
  });
}

beforeAll(async () => {
  db = await freshDatabase();
  await ownKeys(db.owner);
  c = await cast(db);
  wire();
  outlets = await c.behind<Row>('select * from app.marking_outlets order by rank');
  for (const who of columns) {
    const name = WHO[who] as Name | null;
    const token = who.includes('token');
    actors[who] = name ? (await c.signIn(name, token ? scoped(who) : undefined)).actor : { kind: 'visitor' };
    tokens[who] = name ? (await c.signIn(name, scoped(who))).actor : { kind: 'visitor' };
  }
  second = (await open('jonas', { name: 'Second', audience_id: 2, ceiling: 'TLP:GREEN' })).talk;
  const strict = await open('jonas', { name: 'Strict', audience_id: 'named', readers: ['person/amina'], ceiling: 'TLP:AMBER+STRICT' });
  const red = await as(c.as('jonas'), (tx) => openDirect(tx, { people: ['amina'] }));
  const [direct] = await c.behind<{ audience_id: number }>('select audience_id from app.conversations where id = $1', [red.conversation_id]);
  const of = (slug: 'square' | 'all-members' | 'sim-swap') => ({ talk: c.channel[slug].conversationId, audience: c.channel[slug].audienceId });
  const places: Record<string, { talk: string; audience: number }> = {
    'TLP:CLEAR': of('square'),
    'TLP:GREEN': of('all-members'),
    'TLP:AMBER': of('sim-swap'),
    'TLP:AMBER+STRICT': strict,
    'TLP:RED': { talk: red.conversation_id, audience: direct!.audience_id },
  };
  await listen();
  for (const { label } of outlets) {
    const place = places[label];
    if (!place) throw new Error(`Nothing is said here under ${label}: give it a place`);
    for (const name of new Set(Object.values(WHO)))
      if (name) await as(c.as(name), (tx) => involve(tx, { conversation_id: place.talk, level: 'everything' })).catch(() => {});
    const word = newWord();
    const moved = newWord();
    const made = await start('jonas', place.talk, word, label);
    const { thread_id: movable } = await start('jonas', place.talk, moved, label);
    said.set(label, { ...place, label, thread: made.thread_id, message: made.id, word, movable, moved, brought: newWord() });
  }
  // A frame goes to all of its readers in one round: when the writer has heard everything, so has everybody.
  await vi.waitFor(() => expect([...said.values()].filter(({ word }) => !heard.get('writer')!.includes(word))).toEqual([]), { timeout: 60_000, interval: 50 });
  await carry('push');
  await carry('mail');
  await carry('digest');
  for (const one of said.values()) await move(one);
  for (const one of said.values()) await bringIn(one);
  // Afterwards, where a place takes people in at all.
  for (const { audience_id } of await c.behind<{ audience_id: number }>(`select audience_id from app.circles where audience_id in ($1, $2)`, [
    c.audience.circle,
    strict.audience,
  ]))
    await c.behind('insert into app.circle_members (circle_id, member_id) select id, $1 from app.circles where audience_id = $2', [c.member.noor, audience_id]);
  for (const { label } of outlets)
    for (const [outlet, ask] of Object.entries(asked)) {
      const row: string[] = [];
      for (const who of columns) row.push(await ask(said.get(label)!, who));
      table.set(`${label} · ${outlet}`, row);
    }
}, 180_000);
afterAll(async () => {
  stopRelay();
  await closePools();
  await db?.drop();
});

/** Everybody's stream is open while it is said; visitors have none. */
async function listen(): Promise<void> {
  for (const who of columns) {
    const actor = actors[who];
    heard.set(who, '');
    if (actor.kind !== 'person') continue;
    let told = false;
    const connection: Connection = {
      key: actor.key,
      send: (text) => {
        told = true;
        heard.set(who, heard.get(who) + text);
        return true;
      },
      close: () => {},
    };
    theRelay().add(connection);
    await vi.waitFor(() => expect(told).toBe(true), { timeout: 60_000, interval: 20 });
  }
}

/** What mail or push would carry out now, member by member, as the clerk is given it. Digest: as those who want one a day. */
async function carry(by: 'mail' | 'digest' | 'push'): Promise<void> {
  const clerk = { kind: 'clerk' } as const;
  if (by === 'push') {
    await c.behind(
      `insert into app.push_subscriptions (member_id, session_id, endpoint, p256dh, auth, key_version) select s.member_id, s.id, 'https://push.example/' || s.member_id, 'x', 'x', 1 from app.sessions s where s.kind = 'browser' on conflict do nothing`,
    );
    await c.behind(`insert into app.telling_choices (member_id, push, mail_followed, mail_direct) select id, 'everything', 'now', 'now' from app.members`);
    await tell();
    await c.behind('update app.pushes set due = now()');
    const { rows } = await as(clerk, (tx) => sql<{ endpoint: string; item: unknown }>`select endpoint, item from app.claim_pushes(1000)`.execute(tx));
    for (const { endpoint, item } of rows) carried.push.set(endpoint.slice(21), `${carried.push.get(endpoint.slice(21)) ?? ''}${JSON.stringify(item)}\n`);
    return;
  }
  if (by === 'digest') await c.behind(`update app.telling_choices set mail_followed = 'daily', mail_direct = 'daily'`);
  await c.behind('update app.notices set mail_due = now(), mail_claimed_at = null, mailed_at = null');
  const { rows } = await as(clerk, (tx) => sql<{ member_id: string; items: unknown[] }>`select member_id, items from app.claim_mails(1000)`.execute(tx));
  for (const { member_id, items } of rows) carried[by].set(member_id, items.map((item) => `${JSON.stringify(item)}\n`).join(''));
}
/** Of the items that reach a member, which is about this label: one with its words, or, where there are none, one that says no more than it does. */
function inCarried(by: keyof typeof carried, { word, label, audience }: Said, who: Who): string {
  const text = carried[by].get(member(who) ?? '') ?? '';
  if (text.includes(word)) return 'words';
  const kind = outlets.find((each) => each.label === label)!.mail;
  // What says nothing cannot be told apart by its words, so it is counted: one for each that this member reads.
  const same = [...said.values()].filter(
    (each) => outlets.find((row) => row.label === each.label)!.mail === kind && readersAtFirst(each.audience).has(WHO[who] as Name),
  );
  const count = text.split('\n').filter((line) => line && JSON.stringify(JSON.parse(line)) === JSON.stringify({ mail: kind })).length;
  if (kind === 'text' || !readersAtFirst(audience).has(WHO[who] as Name)) return count > 2 * same.length ? 'too many' : 'nothing';
  return count >= 1 ? kind : 'nothing';
}
const first = new Map<number, Set<Name>>();
const readersAtFirst = (audience: number): Set<Name> =>
  first.get(audience) ??
  new Set(
    audience <= 2
      ? ['amina', 'jonas', 'mei', 'pita', 'lucia', 'noor']
      : audience === c.audience.circle
        ? ['amina', 'jonas', 'mei', 'karim']
        : ['amina', 'jonas'],
  );

/** Whoever wrote it tries to carry it to all members. */
async function move({ movable }: Said): Promise<void> {
  await as(c.as('jonas'), async (tx) => {
    const { gaining, refusal } = await planMove(tx, { id: movable, conversation_id: second });
    if (!refusal) await moveThread(tx, { id: movable, conversation_id: second, gaining });
  }).catch((error: { status?: number }) => (error.status ? undefined : Promise.reject(error)));
  // Past the plan, the act itself refuses too.
  await as(c.as('jonas'), (tx) => moveThread(tx, { id: movable, conversation_id: second, gaining: 0 })).catch(() => {});
}

/** The same label, on a channel that is brought in from elsewhere for the same readers. */
async function bringIn({ label, audience, brought }: Said): Promise<void> {
  const [place, person] = [randomUUID(), randomUUID()];
  await c.behind(`insert into app.import_people (id, source, source_key, kind, name) values ($1, 'slack', $2, 'person', 'Somebody')`, [
    person,
    `U${place.slice(0, 8)}`,
  ]);
  await c.behind(
    `insert into app.import_places (id, source, source_key, kind, name, slug, state, audience_id, ceiling, decided_by, messages) values ($1, 'slack', $2, 'channel', $2, $3, 'opening', $4, $5, $6, 1)`,
    [place, `C${place.slice(0, 8)}`, `c-${place.slice(0, 8)}`, audience, label, c.byline.lucia],
  );
  await c.behind(
    `insert into app.import_messages (place_id, source_key, message_id, person_id, thread_key, title, body, lexemes, said_at) values ($1, '1', $2, $3, '1', $4, $4, '', now() - interval '1 year')`,
    [place, randomUUID(), person, brought],
  );
  await landImport({ ids: { place } } as never);
}

const has = async (who: Who, work: (tx: Tx) => Promise<unknown>, word: string, actor = actors[who]): Promise<string> =>
  JSON.stringify((await as(actor, work).catch((error: { status?: number }) => (error.status ? '' : Promise.reject(error)))) ?? '').includes(word)
    ? 'words'
    : 'nothing';
/** What of this message a package of this person's would hold: nothing, its words, or its words and a line in the log of whom it comes from. */
async function packed(who: Who, mine: boolean, { word }: Said): Promise<'nothing' | 'words' | 'told'> {
  const actor = actors[who];
  const bank = c.organization['central-bank-lumaria'];
  const may =
    mine ||
    (await as(actor, async (tx) => (await sql<{ yes: boolean }>`select app.may_export_records(${bank}) as yes`.execute(tx)).rows[0]?.yes).catch(() => false));
  if (!may || actor.kind !== 'person') return 'nothing';
  const which = { mine, organizationId: mine ? null : bank, from: null, until: null, labels: [], things: [] };
  for await (const each of readWritten(actor, which)) if (!each.out && each.text.includes(word)) return each.source_sees ? 'told' : 'words';
  return 'nothing';
}
const leaves = (found: string): string => (found === 'told' ? 'words' : found);

/** Each outlet: what comes out of it for this reader. */
const asked: Record<string, (one: Said, who: Who) => Promise<string>> = {
  page: ({ thread, word }, who) => has(who, (tx) => listMessages(tx, thread), word),
  counts: ({ talk }, who) => has(who, (tx) => unreadCounts(tx), talk).then((found) => (found === 'words' ? 'counted' : found)),
  'catch-up': ({ word }, who) => has(who, (tx) => listNewThreads(tx), word),
  search: ({ word }, who) =>
    has(
      who,
      async (tx) =>
        readFoundMessages(
          tx,
          (await findHits(tx, word, 'messages', 10)).map(({ id }) => id),
        ),
      word,
    ),
  quote: ({ message, word }, who) => has(who, (tx) => fillChips(tx, [renderMessage(`[quote](quote:${message})`)]), word),
  chip: ({ message, word }, who) => has(who, (tx) => fillChips(tx, [renderMessage(`[message](message:${message})`)]), word),
  stream: async ({ word }, who) => (heard.get(who)!.includes(word) ? 'words' : 'nothing'),
  API: ({ message, word }, who) => has(who, (tx) => findMessage(tx, message), word, tokens[who]),
  mail: async (one, who) => inCarried('mail', one, who),
  digest: async (one, who) => inCarried('digest', one, who),
  push: async (one, who) => inCarried('push', one, who),
  'reply by mail': async ({ message }, who) => {
    const secret = createHash('sha256').update(randomBytes(32)).digest();
    if (!member(who)) return 'nothing';
    const { rows } = await as({ kind: 'clerk' }, async (tx) => {
      await sql`select app.make_reply_address(${randomUUID()}, ${member(who)}, ${message}, ${secret})`.execute(tx);
      return sql<{ why: string | null }>`select why from app.open_reply(${secret})`.execute(tx);
    });
    return rows[0] && rows[0].why === null ? 'taken' : 'nothing';
  },
  move: ({ moved }, who) => has(who, async (tx) => (await sql`select body from app.messages where conversation_id = ${second}`.execute(tx)).rows, moved),
  import: ({ brought }, who) =>
    has(
      who,
      async (tx) => (await sql`select m.body from app.messages m join app.threads t on t.id = m.thread_id where m.body = ${brought}`.execute(tx)).rows,
      brought,
    ),
  export: async (one, who) => leaves(await packed(who, true, one)),
  records: async (one, who) => leaves(await packed(who, false, one)),
  'told to its source': async (one, who) => ((await packed(who, false, one)) === 'told' ? 'told' : 'nothing'),
};

test('every label and every column of app.marking_outlets is spoken of by an outlet that is asked', async () => {
  const found = await c.behind<{ column_name: string }>(
    `select column_name from information_schema.columns where table_schema = 'app' and table_name = 'marking_outlets'`,
  );
  expect(found.map((each) => each.column_name).filter((name) => !['label', 'rank'].includes(name) && !(name in speaks))).toEqual([]);
  expect(
    Object.values(speaks)
      .flat()
      .filter((outlet) => outlet !== 'place' && !(outlet in asked)),
  ).toEqual([]);
  expect(table.size).toBe(outlets.length * Object.keys(asked).length);
});

test('what reaches whom is what the written table says', () => {
  const { now, written } = writtenTable(file, columns, table);
  expect(now).toEqual(written);
});

const cells = (outlet: string) => outlets.map((row) => ({ row, of: (who: Who) => table.get(`${row.label} · ${outlet}`)![columns.indexOf(who)]! }));

test('no outlet reaches anybody who does not read the place', async () => {
  const outside: Array<[string, Who[]]> = [
    ['TLP:GREEN', ['visitor', 'nowhere', 'guest']],
    ['TLP:AMBER', ['visitor', 'nowhere', 'member', 'steward']],
    ['TLP:AMBER+STRICT', ['visitor', 'nowhere', 'member', 'guest', 'steward']],
    ['TLP:RED', ['visitor', 'nowhere', 'member', 'guest', 'steward', 'brought in later']],
  ];
  const leaks = outside.flatMap(([label, people]) =>
    Object.keys(asked).flatMap((outlet) =>
      people.filter((who) => table.get(`${label} · ${outlet}`)![columns.indexOf(who)] !== 'nothing').map((who) => `${label} ${outlet} ${who}`),
    ),
  );
  // What may be passed on to all members may be moved to them, which reaches none of the others either.
  expect(leaks).toEqual([]);
});

test('each outlet carries what the database says it may', () => {
  for (const outlet of ['mail', 'digest', 'push'])
    for (const { row, of } of cells(outlet)) expect(of('reader'), `${row.label} ${outlet}`).toBe(row.mail === 'text' ? 'words' : row.mail);
  for (const { row, of } of cells('reply by mail')) expect(of('reader'), row.label).toBe(row.mail === 'text' ? 'taken' : 'nothing');
  for (const { row, of } of cells('export')) expect(of('writer'), row.label).toBe(row.export === 'none' ? 'nothing' : 'words');
  for (const { row, of } of cells('records')) expect(of('writer'), row.label).toBe(row.export === 'none' ? 'nothing' : 'words');
  for (const { row, of } of cells('told to its source')) expect(of('writer'), row.label).toBe(row.source_sees ? 'told' : 'nothing');
  for (const { row, of } of cells('move')) expect(of('member'), row.label).toBe(row.audience_kinds.includes('everyone') ? 'words' : 'nothing');
  for (const outlet of ['API', 'stream', 'page', 'search', 'quote', 'chip'])
    for (const { row, of } of cells(outlet)) {
      expect(of('reading token'), `${row.label} ${outlet}`).toBe(row.api_scope === 'read' ? 'words' : 'nothing');
      expect(of('token with amber'), `${row.label} ${outlet}`).toBe(row.api_scope === 'none' ? 'nothing' : 'words');
    }
  for (const { row, of } of cells('page')) expect([of('reader'), of('writer')], row.label).toEqual(['words', 'words']);
});

test('a place is for whom its label allows, and nobody else', async () => {
  const audiences = await c.behind<{ id: number; kind: string; has_guests: boolean; size: number; frozen: boolean }>(
    'select id, kind, has_guests, size, frozen from app.audiences',
  );
  for (const row of outlets) {
    for (const audience of audiences) {
      const [found] = await c.behind<{ yes: boolean }>('select app.marking_admits($1, $2) as yes', [row.label, audience.id]);
      const may =
        row.audience_kinds.includes(audience.kind) &&
        (row.guests || !audience.has_guests) &&
        (row.max_readers === null || (audience.size <= row.max_readers && audience.frozen));
      expect(found!.yes, `${row.label} in ${audience.kind}`).toBe(may);
      if (may) continue;
      const refused = c.behind(
        `insert into app.conversations (id, audience_id, subject_kind, subject_id, ceiling) values (gen_random_uuid(), $1, 'channel', gen_random_uuid(), $2)`,
        [audience.id, row.label],
      );
      await expect(refused, `${row.label} in ${audience.kind}`).rejects.toThrow('conversations.ceiling.not_admitted');
    }
  }
});

test('RED stays with whom it named: nobody adds a reader, not those who are named, not a steward, not the jobs', async () => {
  const { audience, talk } = said.get('TLP:RED')!;
  const here = async () =>
    (
      await c.behind<{ n: string }>(
        'select string_agg(m.slug, $2 order by m.slug) as n from app.audience_members a join app.members m on m.id = a.member_id where a.audience_id = $1',
        [audience, ' '],
      )
    )[0]!.n;
  expect(await here()).toBe('amina jonas');
  for (const name of ['jonas', 'amina', 'lucia', 'noor'] as const)
    for (const statement of [
      sql`insert into app.named_people (audience_id, member_id) values (${audience}, ${c.member.noor})`,
      sql`insert into app.audience_members (audience_id, member_id) values (${audience}, ${c.member.noor})`,
      sql`update app.audiences set frozen = false where id = ${audience}`,
      sql`select app.sync_audiences(array[${audience}::int])`,
    ])
      await as((await c.signIn(name)).actor, (tx) => statement.execute(tx)).catch(() => {});
  await c.behind('select app.sync_audiences(array(select id from app.audiences))');
  expect(await here()).toBe('amina jonas');
  // With a third it is another conversation, and says nothing of this one.
  const three = await as(c.as('jonas'), (tx) => openDirect(tx, { people: ['amina', 'noor'] }));
  expect(three.conversation_id).not.toBe(talk);
  for (const outlet of Object.keys(asked)) expect(await asked[outlet]!(said.get('TLP:RED')!, 'brought in later'), outlet).toBe('nothing');
});
