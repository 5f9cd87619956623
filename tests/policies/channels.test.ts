/** Keeping a channel, who × what: its settings, its end, announcements, the usual label, its keepers; and what is not said to whoever does not read it. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { archiveChannel, changeChannel, nameKeeper } from '#domains/channels/change-channel.server.ts';
import { openChannel } from '#domains/channels/open-channel.server.ts';
import { findChannelById, listArchivedChannels, listAudienceChoices, listChannels, listKeepers, listNameable } from '#domains/channels/queries.server.ts';
import { renameThread, resolveThread } from '#domains/conversations/change-thread.server.ts';
import { editMessage } from '#domains/conversations/edit-message.server.ts';
import { involve } from '#domains/conversations/involve.server.ts';
import { postMessage } from '#domains/conversations/post-message.server.ts';
import { findMessage, listMessages } from '#domains/conversations/queries.server.ts';
import { listNewThreads } from '#domains/conversations/telling/catch-up.server.ts';
import { startThread } from '#domains/conversations/start-thread.server.ts';
import { takeBackMessage } from '#domains/conversations/take-back-message.server.ts';
import { addToCircle } from '#domains/people/add-to-circle.server.ts';
import { leaveCircle } from '#domains/people/circles/enter-circle.server.ts';
import { listCircles } from '#domains/people/circles.server.ts';
import { removeFromCircle } from '#domains/people/remove-from-circle.server.ts';
import { findHits } from '#domains/search/find-hits.server.ts';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { newId } from '#platform/ids.ts';
import { type Cast, cast, type Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { everybody, WHO, type Who } from '../support/who.ts';

let db: FreshDatabase;
let c: Cast;
let actors: Record<Who, Actor>;
beforeAll(async () => {
  db = await freshDatabase();
  c = await cast(db);
  actors = await everybody(c);
});
afterAll(async () => {
  await closePools();
  await db.drop();
});

class Undo extends Error {}
/** Who gets through; everything is undone. */
async function able(work: (tx: Tx) => Promise<unknown>): Promise<Who[]> {
  const yes: Who[] = [];
  for (const who of WHO) {
    const got = await as(actors[who], async (tx) => {
      await work(tx);
      throw new Undo();
    }).catch((error: unknown) => error instanceof Undo);
    if (got) yes.push(who);
  }
  return yes;
}
const said = (work: Promise<unknown>) =>
  work.then(
    () => 'yes',
    (error: { code: string }) => error.code,
  );
const by = <T>(name: Name, work: (tx: Tx) => Promise<T>) => as(c.as(name), work);
const start =
  (slug: keyof Cast['channel'], body = 'First', more = {}) =>
  (tx: Tx) =>
    startThread(tx, { conversation_id: c.channel[slug].conversationId, title: `In ${slug}`, body, retry_key: newId(), ...more });

const keepers: Array<[keyof Cast['channel'], Who[]]> = [
  ['square', ['moderator', 'steward']],
  ['all-members', ['moderator', 'steward']],
  // Jonas opened it, Amina runs the circle.
  ['sim-swap', ['member', 'no amber', 'focal point']],
  // Amina opened it; the stewards do not read it, so they do not keep it.
  ['ta-lumaria', ['member', 'no amber']],
];
describe.each(keepers)('%s', (slug, who) => {
  test('is kept by those, and nobody else', async () => {
    const { id, conversationId } = c.channel[slug];
    expect(await able((tx) => changeChannel(tx, id, { purpose: 'To talk.' }))).toEqual(who);
    expect(await able((tx) => archiveChannel(tx, id, true))).toEqual(who);
    // By statement, past the commands.
    const changes = async (tx: Tx, statement: string) => {
      if (!Number((await sql.raw(statement).execute(tx)).numAffectedRows ?? 0)) throw new Error('nothing');
    };
    expect(await able((tx) => changes(tx, `update app.channels set rules = 'Mine' where id = '${id}'`))).toEqual(who);
    expect(await able((tx) => changes(tx, `update app.conversations set starters = 'keepers' where id = '${conversationId}'`))).toEqual(who);
    expect(await able((tx) => changes(tx, `update app.conversations set closed_at = now() where id = '${conversationId}'`))).toEqual([]);
    expect(
      await able((tx) =>
        changes(
          tx,
          `insert into app.channel_keepers (channel_id, audience_id, byline_id) select '${id}', audience_id, '${c.byline.eve}' from app.channels where id = '${id}'`,
        ),
      ),
    ).toEqual([]);
  });
});

describe('an announcement channel', () => {
  let thread: string;
  beforeAll(async () => {
    await by('lucia', (tx) => changeChannel(tx, c.channel['all-members'].id, { starters: 'keepers' }));
    thread = (await by('lucia', start('all-members', 'Hear this'))).thread_id;
  });
  afterAll(() => by('lucia', (tx) => changeChannel(tx, c.channel['all-members'].id, { starters: 'readers' })));
  test('its keepers start threads; everybody who writes there answers in them', async () => {
    expect(await able(start('all-members'))).toEqual(['moderator', 'steward']);
    expect(await said(by('amina', start('all-members')))).toBe('conversations.conversation.keepers_start');
    expect(await said(by('karim', start('all-members')))).toBe('conversations.conversation.not_found');
    expect(await able((tx) => postMessage(tx, { thread_id: thread, body: 'An answer', retry_key: newId() }))).toEqual([
      'member',
      'no amber',
      'focal point',
      'editor',
      'reviewer',
      'moderator',
      'steward',
      'trustee',
    ]);
  });
  test('whoever is named keeps it too, until they lay it down; an outsider cannot be named', async () => {
    const { id } = c.channel['all-members'];
    expect(await said(by('pita', (tx) => nameKeeper(tx, id, { member: 'pita', keeps: true })))).toBe('channels.channel.not_yours');
    expect(await said(by('lucia', (tx) => nameKeeper(tx, id, { member: 'karim', keeps: true })))).toBe('people.member.not_found');
    await by('lucia', (tx) => nameKeeper(tx, id, { member: 'pita', keeps: true }));
    expect((await by('amina', (tx) => listKeepers(tx, id))).map(({ name }) => name)).toHaveLength(2);
    expect(await said(by('pita', start('all-members')))).toBe('yes');
    await by('pita', (tx) => nameKeeper(tx, id, { member: 'pita', keeps: false }));
    expect(await said(by('pita', start('all-members')))).toBe('conversations.conversation.keepers_start');
  });
});

describe('an archived channel', () => {
  test('is read and found, and nothing is written in it; taking back goes; opened again it is as before', async () => {
    const { id } = c.channel['sim-swap'];
    const posted = await by('mei', start('sim-swap', 'wombats'));
    await by('jonas', (tx) => archiveChannel(tx, id, true));
    const wrote = (who: Name) => said(by(who, (tx) => postMessage(tx, { thread_id: posted.thread_id, body: 'Late', retry_key: newId() })));
    expect(await wrote('amina')).toBe('conversations.conversation.closed');
    expect(await wrote('jonas')).toBe('conversations.conversation.closed');
    expect(await wrote('pita')).toBe('conversations.thread.not_found');
    expect(await said(by('amina', start('sim-swap')))).toBe('conversations.conversation.closed');
    expect(await said(by('mei', (tx) => renameThread(tx, { id: posted.thread_id, title: 'Other' })))).toBe('conversations.thread.not_found');
    expect(await said(by('mei', (tx) => editMessage(tx, { id: posted.id, body: 'wombats and more' })))).toBe('conversations.conversation.closed');
    expect((await by('amina', (tx) => listMessages(tx, posted.thread_id))).map(({ body }) => body)).toEqual(['wombats']);
    expect(await by('amina', (tx) => findHits(tx, 'wombats', 'messages', 10))).toHaveLength(1);
    expect((await by('amina', listChannels)).map(({ slug }) => slug)).not.toContain('sim-swap');
    expect((await by('amina', listArchivedChannels)).map(({ slug }) => slug)).toEqual(['sim-swap']);
    expect(await by('pita', listArchivedChannels)).toEqual([]);
    expect(await said(by('mei', (tx) => takeBackMessage(tx, { id: posted.id })))).toBe('yes');
    await by('jonas', (tx) => archiveChannel(tx, id, false));
    expect(await wrote('amina')).toBe('yes');
  });
});

describe('labels', () => {
  const { id, conversation } = { id: () => c.channel['sim-swap'].id, conversation: () => c.channel['sim-swap'].conversationId };
  test('a message without a label carries the usual one; another one is the writer’s choice; taken off, the usual one stays', async () => {
    await by('jonas', (tx) => changeChannel(tx, id(), { marking: 'TLP:AMBER' }));
    const of = async (message: { id: string }) => (await by('mei', (tx) => findMessage(tx, message.id)))?.marking;
    const plain = await by('mei', start('sim-swap'));
    const chosen = await by('mei', start('sim-swap', 'Chosen', { marking: 'TLP:CLEAR' }));
    expect([await of(plain), await of(chosen)]).toEqual(['TLP:AMBER', 'TLP:CLEAR']);
    await by('mei', (tx) => editMessage(tx, { id: chosen.id, body: 'Taken off', marking: null }));
    expect(await of(chosen)).toBe('TLP:AMBER');
    // A token without the scope neither reads nor writes it, though it named no label.
    expect(await said(as(actors['no amber'], start('sim-swap')))).toBe('common.not_found');
    await by('jonas', (tx) => changeChannel(tx, id(), { marking: '' }));
    expect(await of(plain)).toBe('TLP:AMBER');
    expect(await of(await by('mei', start('sim-swap')))).toBe(null);
  });
  test.each([
    [{ ceiling: 'TLP:RED' }, 'channels.ceiling.not_admitted'],
    [{ ceiling: 'TLP:AMBER+STRICT' }, 'channels.ceiling.not_admitted'],
    [{ marking: 'TLP:AMBER+STRICT' }, 'conversations.marking.above_ceiling'],
    [{ ceiling: 'TLP:GREEN', marking: 'TLP:AMBER' }, 'conversations.marking.above_ceiling'],
    [{ ceiling: 'SECRET' }, 'channels.ceiling.missing'],
    [{ starters: ['keepers'] }, 'common.bad_input'],
    [{ everyone_joins: 1 }, 'common.bad_input'],
  ])('%o is refused: %s', async (input, code) => expect(await said(by('jonas', (tx) => changeChannel(tx, id(), input)))).toBe(code));
  test('extra fields set nothing: readers, address, opener, conversation', async () => {
    const before = await by('jonas', (tx) => findChannelById(tx, id()));
    await by('jonas', (tx) =>
      changeChannel(tx, id(), { audience_id: 1, slug: 'open', byline_id: c.byline.eve, conversation_id: conversation(), archived_at: new Date() }),
    );
    expect(await by('jonas', (tx) => findChannelById(tx, id()))).toEqual(before);
  });
});

describe('threads are looked after by whoever started them and whoever keeps the channel', () => {
  test.each<[keyof Cast['channel'], Name, Who[]]>([
    ['all-members', 'pita', ['moderator', 'steward']],
    ['sim-swap', 'mei', ['member', 'no amber', 'focal point', 'reviewer']],
    // Started by a colleague; the steward and the moderator cannot act on what they cannot read.
    ['ta-lumaria', 'amina', ['member', 'no amber']],
  ])('%s, started by %s: %o', async (slug, starter, who) => {
    const { thread_id } = await by(starter, start(slug));
    expect(await able((tx) => renameThread(tx, { id: thread_id, title: 'A better title' }))).toEqual(who);
    expect(await able((tx) => resolveThread(tx, { id: thread_id, resolved: true }))).toEqual(who);
  });
});

test('the usual label is said when a channel is opened; never above its ceiling', async () => {
  const open = (marking: string) =>
    by('amina', (tx) => openChannel(tx, { name: `Usual ${marking}`, audience_id: 2, ceiling: 'TLP:GREEN', marking, retry_key: newId() }));
  expect(await said(open('TLP:AMBER'))).toBe('conversations.marking.above_ceiling');
  const { slug } = await open('TLP:CLEAR');
  expect((await by('pita', listChannels)).find((each) => each.slug === slug)?.marking).toBe('TLP:CLEAR');
});

test('joining and leaving is a matter of one’s own list, and gives and takes no right', async () => {
  const { slug } = await by('amina', (tx) => openChannel(tx, { name: 'Quiet corner', audience_id: 2, ceiling: 'TLP:GREEN', retry_key: newId() }));
  const mine = async (name: Name) => (await by(name, listChannels)).find((each) => each.slug === slug);
  const channel = (await mine('amina'))!;
  await by('amina', (tx) => changeChannel(tx, channel.id, { everyone_joins: 'no' }));
  expect((await mine('pita'))?.joined).toBe(false);
  const waits = () => by('pita', async (tx) => (await listNewThreads(tx)).filter((each) => each.conversation_id === channel.conversation_id).length);
  await by('amina', (tx) => startThread(tx, { conversation_id: channel.conversation_id, title: 'Quiet', body: 'Said here', retry_key: newId() }));
  expect(await waits()).toBe(0);
  await by('pita', (tx) => involve(tx, { conversation_id: channel.conversation_id, joined: true }));
  expect(await waits()).toBe(1);
  expect((await mine('pita'))?.joined).toBe(true);
  expect((await mine('mei'))?.joined).toBe(false);
  expect(await said(by('karim', (tx) => involve(tx, { conversation_id: channel.conversation_id, joined: true })))).toBe('conversations.conversation.not_found');
  expect(await mine('karim')).toBeUndefined();
});

describe('a channel for those one names', () => {
  let slug: string;
  const reads = async (name: Name) => (await by(name, listChannels)).some((each) => each.slug === slug);
  beforeAll(async () => {
    ({ slug } = await by('amina', (tx) =>
      openChannel(tx, {
        name: 'Swap ring',
        audience_id: 'named',
        readers: ['person/jonas', 'organization/tavola-regulator'],
        ceiling: 'TLP:AMBER',
        retry_key: newId(),
      }),
    ));
  });
  test('is read by them and whoever opened it, by nobody else, and stands in no list of circles', async () => {
    const readers: Name[] = [];
    for (const name of ['amina', 'jonas', 'mei', 'pita', 'karim', 'lucia', 'noor', 'eve'] as const) if (await reads(name)) readers.push(name);
    expect(readers).toEqual(['amina', 'jonas', 'pita']);
    expect((await by('amina', listCircles)).map(({ name }) => name)).not.toContain('Swap ring');
    expect((await by('amina', listAudienceChoices)).map(({ label }) => label)).not.toContain('Swap ring');
    expect(
      await by(
        'lucia',
        async (tx) =>
          (await sql`select 1 from app.circles where name = 'Swap ring' union all select 1 from app.audiences where label = 'Swap ring'`.execute(tx)).rows
            .length,
      ),
    ).toBe(0);
  });
  test('more are named by whoever runs it; they leave by themselves; it follows who works where', async () => {
    const { circle } = (await by('amina', listChannels)).find((each) => each.slug === slug)!;
    expect(await said(by('pita', (tx) => addToCircle(tx, { circle: circle!, member: 'mei' })))).not.toBe('yes');
    expect(await said(by('lucia', (tx) => addToCircle(tx, { circle: circle!, member: 'lucia' })))).toBe('people.circle.not_found');
    await by('amina', (tx) => addToCircle(tx, { circle: circle!, member: 'mei' }));
    expect(await reads('mei')).toBe(true);
    await by('mei', (tx) => leaveCircle(tx, { circle: circle! }));
    expect(await reads('mei')).toBe(false);
    await c.behind(`delete from app.memberships where member_id = $1`, [c.member.pita]);
    expect(await reads('pita')).toBe(false);
  });
  test('full members open one, with whom they see; a label without guests takes no guest', async () => {
    const open = (tx: Tx) => openChannel(tx, { name: 'Mine', audience_id: 'named', readers: [], ceiling: 'TLP:AMBER', retry_key: newId() });
    expect(await able(open)).toEqual(['member', 'no amber', 'focal point', 'editor', 'reviewer', 'moderator', 'steward', 'trustee']);
    const of = (readers: string[], ceiling = 'TLP:AMBER') =>
      said(by('amina', (tx) => openChannel(tx, { name: 'Mine', audience_id: 'named', readers, ceiling, retry_key: newId() })));
    const whom = await by('amina', listNameable);
    expect(whom.people.map(({ slug }) => slug)).toEqual(expect.arrayContaining(['jonas', 'mei', 'pita']));
    expect(whom.organizations.map(({ slug }) => slug)).toContain('tavola-regulator');
    expect(await by('karim', listNameable)).toEqual({ may_name: false, people: [], organizations: [] });
    expect(await of(['person/nobody'])).toBe('people.member.not_found');
    expect(await of(['circle/sim-swap'])).toBe('channels.readers.unknown');
    expect(await of(['person/karim'], 'TLP:AMBER+STRICT')).toBe('channels.ceiling.not_admitted');
    expect(await of([], 'TLP:RED')).toBe('channels.ceiling.not_admitted');
    expect(await of(['person/karim'])).toBe('yes');
  });
  test('13: whoever was in it and is not any more sees neither name, purpose, rules, keepers nor who reads it', async () => {
    const names = (tx: Tx) =>
      sql`select name from app.channels where slug = ${slug} union all select label from app.audiences where label = 'Swap ring' union all select name from app.circles where name = 'Swap ring'
        union all select b.name from app.channel_keepers k join app.bylines b on b.id = k.byline_id join app.channels ch on ch.id = k.channel_id where ch.slug = ${slug}
        union all select 'follows' from app.involvements i where i.audience_id in (select a.id from app.audiences a where a.label = 'Swap ring')`.execute(tx);
    expect((await by('jonas', names)).rows.length).toBeGreaterThan(0);
    const { circle } = (await by('amina', listChannels)).find((each) => each.slug === slug)!;
    await by('amina', (tx) => removeFromCircle(tx, { circle: circle!, member: 'jonas' }));
    expect((await by('jonas', names)).rows).toEqual([]);
  });
});
