/**
 * Label × outlet × reader: what somebody says under each label, and by which way it reaches whom. The labels and what they allow are read from app.marking_outlets:
 * a label or a column that no row speaks of fails. Every way is really gone; what came of it stands in docs/operating/labels-by-outlet.md. `INDABA_WRITE=1` writes it anew; then read what changed.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { sql } from 'kysely';
import { createTransport } from 'nodemailer';
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
import { makeReplyAddresses } from '#domains/conversations/replying/address.server.ts';
import { startReplying } from '#domains/conversations/replying/start-replying.server.ts';
import { listNewThreads } from '#domains/conversations/telling/catch-up.server.ts';
import { sendMails } from '#domains/conversations/telling/send-mails.server.ts';
import { sendPushes } from '#domains/conversations/telling/send-pushes.server.ts';
import { subscribe } from '#domains/conversations/telling/subscriptions.server.ts';
import { tell } from '#domains/conversations/telling/tell.server.ts';
import { landImport } from '#domains/exchange/slack/jobs.server.ts';
import { readWritten } from '#domains/records/exports/read-records.server.ts';
import { findHits } from '#domains/search/find-hits.server.ts';
import { renderMessage } from '#lib/text/render-message.ts';
import { forgetConfig } from '#platform/config.server.ts';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { wire } from '../../src/wiring.server.ts';
import { type Cast, cast, type Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { ownKeys } from '../support/keys.ts';
import { type Mailbox, openMailbox } from '../support/mailbox.ts';
import { openPushService, type PushBrowser, type PushService } from '../support/push-service.ts';
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
  feed: ['move', 'forward'],
  export: ['export', 'records'],
  source_sees: ['told to its source'],
  api_scope: ['API', 'stream'],
};
/** Every file that lets a mail or a push out: by which outlets here, or why no word that somebody said can be in it. */
const lettingOut: Record<string, string[] | string> = {
  'src/domains/conversations/telling/send-mails.server.ts': ['mail', 'digest'],
  'src/domains/conversations/telling/send-pushes.server.ts': ['push'],
  'src/domains/conversations/replying/refuse-reply.server.ts': ['reply by mail'],
  'src/domains/conversations/telling/try-push.server.ts': 'a test of a steward’s own browsers',
  'src/domains/conversations/moderation/mail-moderation.server.ts': 'that something was reported or decided; neither words nor place',
  'src/domains/conversations/mail-scheduled.server.ts': 'that a message was not sent; neither words nor place',
  'src/domains/files/look-through.server.ts': 'that a scanner found something, to stewards',
  'src/domains/records/exports/mail-export.server.ts': 'that a package can be fetched',
  'src/domains/library/deciding/tell-deciders.server.ts': 'steps towards a decision; the title of a request only where all members read it',
  'src/domains/govern/mail-act.server.ts': 'that an act waits for a second',
  'src/domains/govern/mail-delegation.server.ts': 'who stands in for whom',
  'src/domains/govern/mail-opened.server.ts': 'that a pseudonym was opened',
  'src/domains/hub/health/watch.server.ts': 'how the machine does, to stewards',
  'src/domains/people/circles/mail-admission.server.ts': 'that somebody asks to come in; not what they wrote',
  'src/domains/people/mail-membership.server.ts': 'what was done to a membership',
  'src/domains/people/jobs.server.ts': 'links to sign in and invitations',
  'src/domains/people/notices.server.ts': 'ways into an account',
  'src/domains/people/joining/mail-application.server.ts': 'how an application goes',
  'src/domains/people/confirming/tend-confirmations.server.ts': 'that members are to be confirmed',
  'src/domains/people/guests/tend-guests.server.ts': 'when a guest’s time ends',
  'src/domains/people/single-sign-on/mail-sso.server.ts': 'who came by single sign-on',
  'src/domains/library/links/ask-link.server.ts': 'asks an address that a page names whether it still answers; no word of the page goes along',
  'src/domains/people/single-sign-on/oidc.server.ts': 'asks a sign-in service',
  'src/domains/people/single-sign-on/look.server.ts': 'asks a sign-in service',
  'src/domains/exchange/git/unpack-repository.ts': 'asks for a repository that an administrator named; brings something in, nothing out',
  'src/routes/settings/look.server.ts': 'a test of mail and of addresses, by a steward',
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
/** What came to whom: all that arrived, member by member, of what was said under one label; `everything` is one mail about all of it. */
type Way = 'mail' | 'digest' | 'push';
const arrived = new Map<string, string[]>();
const everything = new Map<string, string>();
let mailbox: Mailbox;
let service: PushService;
let replying: Awaited<ReturnType<typeof startReplying>>;
const phones = new Map<string, PushBrowser>();
const table = new Map<string, string[]>();

const newWord = () => `w${randomBytes(8).toString('hex').replace(/\d/g, 'q')}`;
const scoped = (who: Who): Array<'read' | 'write' | 'amber'> => (who === 'reading token' ? ['read', 'write'] : ['read', 'write', 'amber']);
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
  mailbox = await openMailbox();
  service = await openPushService();
  process.env.INDABA_MAIL_IN = 'smtp://127.0.0.1:0/?relay=mx.hub.test&domain=reply.hub.test';
  forgetConfig();
  c = await cast(db);
  wire();
  replying = await startReplying();
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
  await carry();
  for (const one of said.values()) await forward(one);
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
  await replying?.stop();
  delete process.env.INDABA_MAIL_IN;
  stopRelay();
  service?.close();
  await mailbox?.close();
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

const box = (name: Name) => `${name}@example.org`;
const people = [...new Set(Object.values(WHO))].filter((name) => name !== null) as Name[];

/** Everybody has a browser that is told of everything, and is mailed: label by label, so that what says nothing is still known by what it is about; at last one mail about all. */
async function carry(): Promise<void> {
  for (const who of columns) {
    const name = WHO[who] as Name | null;
    if (!name || who.includes('token')) continue;
    phones.set(name, service.browser(`/${name}`));
    await as(actors[who], (tx) => subscribe(tx, phones.get(name)!.subscription));
  }
  await c.behind(`insert into app.telling_choices (member_id, push, mail_followed, mail_direct) select id, 'everything', 'now', 'now' from app.members`);
  await tell();
  for (const { label, thread, movable } of said.values()) {
    const about = [[thread, movable]];
    await c.behind('update app.pushes p set due = case when n.thread_id = any($1) then now() end from app.notices n where n.id = p.notice_id', about);
    service.got = [];
    await sendPushes();
    for (const got of service.got) {
      const name = got.path.slice(1);
      if (people.some((each) => got.body.includes(said.get(label)!.word) || got.body.includes(each))) throw new Error(`push to ${name} is not closed`);
      put('push', label, name, JSON.stringify(service.open(phones.get(name)!, got)));
    }
  }
  for (const way of ['mail', 'digest'] as const) {
    if (way === 'digest') await c.behind(`update app.telling_choices set mail_followed = 'daily', mail_direct = 'daily'`);
    for (const { label, thread, movable } of said.values()) {
      await c.behind('update app.notices set mailed_at = null, mail_claimed_at = null, mail_due = case when thread_id = any($1) then now() end', [
        [thread, movable],
      ]);
      mailbox.forget();
      await sendMails();
      for (const name of people) for (const text of mailbox.all(box(name))) put(way, label, name, text);
    }
  }
  await c.behind('update app.notices set mailed_at = null, mail_claimed_at = null, mail_due = now()');
  mailbox.forget();
  await sendMails();
  for (const name of people) everything.set(name, mailbox.all(box(name)).join('\n'));
}
const put = (way: Way, label: string, name: string, text: string) => {
  const key = `${way} ${label} ${name}`;
  arrived.set(key, [...(arrived.get(key) ?? []), text]);
};
/** What arrived says the words, or no more than that something waits: nobody's name, no title, no place. */
function inArrived(way: Way, { label, word, moved }: Said, who: Who): string {
  const texts = arrived.get(`${way} ${label} ${WHO[who]}`) ?? [];
  const text = texts.join('\n');
  if (!text) return 'nothing';
  if (text.includes(word) && text.includes(moved)) return 'words';
  if (/Jonas|About|w[a-fq]{16}|sim-swap|Strict|TLP:|reply\+/.test(text)) return `says too much: ${text}`;
  return text.includes('A RED item waits') ? 'waits' : text.includes('Something waits') ? 'notice' : `says what nobody wrote: ${text}`;
}

/** A reader passes it on as far as the product lets anybody: quoted, named and linked in a channel for anyone, under CLEAR. */
async function forward({ label, message }: Said): Promise<void> {
  const { id } = await start(
    'amina',
    c.channel.square.conversationId,
    `[quote](quote:${message})\n\n[it](message:${message}) http://localhost:3000/m/${message}`,
    'TLP:CLEAR',
  );
  forwarded.set(label, id);
}
const forwarded = new Map<string, string>();

/** An answer by mail, handed in by the relay: to the address that the mail to this member gave, or where it gave none to one made all the same. */
async function answerByMail({ label, message, thread, talk }: Said, who: Who): Promise<string> {
  const name = WHO[who] as Name | null;
  if (!name) return 'nothing';
  const given = /reply\+[0-9a-f]{40}@reply\.hub\.test/.exec((arrived.get(`mail ${label} ${name}`) ?? []).join('\n'))?.[0];
  const address = given ?? (await makeReplyAddresses(c.member[name], [message])).get(message)!;
  const text = newWord();
  await createTransport({ host: '127.0.0.1', port: replying!.port!, ignoreTLS: true })
    .sendMail({
      from: box(name),
      to: address,
      envelope: { from: 'bounce@example.org', to: [address] },
      subject: 'Re',
      text,
      headers: { 'Authentication-Results': 'mx.hub.test; dmarc=pass header.from=example.org' },
    })
    .catch((error: { responseCode?: number }) => (error.responseCode === 550 ? undefined : Promise.reject(error)));
  const posted = await c.behind<{ thread_id: string; conversation_id: string }>('select thread_id, conversation_id from app.messages where body = $1', [text]);
  if (posted.some((each) => each.conversation_id !== talk)) return 'posted elsewhere';
  return posted.length === 0 ? 'nothing' : given || posted[0]!.thread_id === thread ? 'taken' : 'posted elsewhere';
}

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
  mail: async (one, who) => inArrived('mail', one, who),
  digest: async (one, who) => inArrived('digest', one, who),
  push: async (one, who) => inArrived('push', one, who),
  'reply by mail': answerByMail,
  forward: async ({ label, word }, who) => has(who, async (tx) => fillChips(tx, [renderMessage((await findMessage(tx, forwarded.get(label)!))!.body)]), word),
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

test('every outlet that is promised is asked, and every file that lets a mail or a push out says which outlet it is', () => {
  const promised = ['quote', 'forward', 'move', 'search', 'chip', 'mail', 'push', 'digest', 'export', 'API', 'stream', 'reply by mail', 'import'];
  expect(promised.filter((outlet) => !(outlet in asked))).toEqual([]);
  const found = globSync('src/{domains,routes}/**/*.ts', { cwd: resolve(import.meta.dirname, '../..') }).filter((path) =>
    /\b(?:sendMail|handOver|outgoing)\(/.test(
      readFileSync(resolve(import.meta.dirname, '../..', path), 'utf8').replace(/^(?:export async )?function .*$|^ *(?:\/\*)?\*.*$/gm, ''),
    ),
  );
  expect(found.filter((path) => !(path in lettingOut)).sort()).toEqual([]);
  expect(Object.keys(lettingOut).filter((path) => !found.includes(path))).toEqual([]);
  for (const outlets of Object.values(lettingOut)) if (Array.isArray(outlets)) expect(outlets.filter((outlet) => !(outlet in asked))).toEqual([]);
});

test('one digest about all of it has the words of CLEAR and GREEN beside their labels, and of the others no word but that a RED item waits', () => {
  const mail = everything.get('amina')!;
  for (const { label, mail: kind } of outlets) expect(mail.includes(said.get(label)!.word), label).toBe(kind === 'text');
  expect(mail).toContain('A RED item waits');
  for (const name of people)
    for (const one of said.values()) if (!readers(one).includes(name)) expect(everything.get(name), `${name} ${one.label}`).not.toContain(one.word);
});
const readers = ({ label }: Said) =>
  people.filter((name) => columns.some((who) => WHO[who] === name && table.get(`${label} · mail`)![columns.indexOf(who)] === 'words'));

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
