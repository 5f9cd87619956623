/** Whom a message names, who × what: written of those its writer may see, read by those it names, told to nobody who does not read there. */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { editMessage } from '#domains/conversations/edit-message.server.ts';
import { suggestMentions, unseenMentions } from '#domains/conversations/mentions.server.ts';
import { postMessage } from '#domains/conversations/post-message.server.ts';
import { findMessage } from '#domains/conversations/queries.server.ts';
import { startThread } from '#domains/conversations/start-thread.server.ts';
import { takeBackMessage } from '#domains/conversations/take-back-message.server.ts';
import { as } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { CIRCLE, type Cast, cast, NAMES, type Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';

let db: FreshDatabase;
let c: Cast;
const thread: Record<string, string> = {};
beforeAll(async () => {
  db = await freshDatabase();
  c = await cast(db);
  for (const [slug, by] of [
    ['all-members', 'lucia'],
    ['sim-swap', 'jonas'],
    ['ta-lumaria', 'amina'],
  ] as const)
    thread[slug] = (
      await as(c.as(by), (tx) => startThread(tx, { conversation_id: c.channel[slug].conversationId, title: slug, body: 'first', retry_key: randomUUID() }))
    ).thread_id;
});
afterAll(async () => {
  await closePools();
  await db.drop();
});

const say = async (who: Name, slug: string, body: string) => {
  const { id } = await as(c.as(who), (tx) => postMessage(tx, { thread_id: thread[slug], body, retry_key: randomUUID() }, { last: true }));
  const rows = await c.behind<{ target: string }>(`select kind || ':' || target_id as target from app.mentions where message_id = $1 order by 1`, [id]);
  return { id, named: rows.map(({ target }) => target), body: (await as(c.as(who), (tx) => findMessage(tx, id)))!.body };
};
const told = async (id: string) =>
  (await as({ kind: 'clerk' }, (tx) => sql<{ m: string }>`select app.mentioned_members(${id}) as m`.execute(tx))).rows
    .map(({ m }) => NAMES.find((name) => c.member[name] === m))
    .sort();
const readsRow = async (id: string) => {
  const able: Name[] = [];
  for (const who of NAMES) if ((await as(c.as(who), (tx) => sql`select from app.mentions where message_id = ${id}`.execute(tx))).rows.length) able.push(who);
  return able;
};
const unseen = (who: Name, slug: keyof Cast['channel'], message: { id: string; body: string }) =>
  as(c.as(who), (tx) => unseenMentions(tx, c.channel[slug].audienceId, [message]));
const person = (name: Name) => `person:${c.byline[name]}`;

describe('what is written', () => {
  test('plain @names become mentions with an id, and one row for each', async () => {
    const said = await say('amina', 'sim-swap', 'Does @mei or @Jonas know? @mei again. And mail@jonas.example, `@karim`, @nobody.');
    expect(said.named).toEqual([person('jonas'), person('mei')].sort());
    expect(said.body).toBe(
      `Does @[Mei](${person('mei')}) or @[Jonas](${person('jonas')}) know? @[Mei](${person('mei')}) again. And mail@jonas.example, \`@karim\`, @nobody.`,
    );
  });
  test('a body, a circle, the channel', async () => {
    const said = await say('amina', 'sim-swap', '@Central Bank of Lumaria, @sim-swap and @channel: look');
    expect(said.named).toEqual(
      [`channel:${c.channel['sim-swap'].conversationId}`, `circle:${c.circle.id}`, `organization:${c.organization['central-bank-lumaria']}`].sort(),
    );
  });
  test('a name is written as it is called, whatever was put in its place', async () => {
    expect((await say('amina', 'sim-swap', `@[The minister](${person('mei')}) says so`)).body).toBe(`@[Mei](${person('mei')}) says so`);
  });
  test.each<[Name, string, (c: Cast) => string]>([
    ['karim', 'sim-swap', () => person('pita')],
    ['karim', 'sim-swap', (x) => `organization:${x.organization['tavola-regulator']}`],
    ['lucia', 'all-members', (x) => `circle:${x.circle.id}`],
    ['amina', 'sim-swap', () => `person:${randomUUID()}`],
  ])('%s in %s cannot name whom they may not see: it stays a word, as of one who is not there', async (who, slug, target) => {
    const said = await say(who, slug, `@[Someone](${target(c)}) hello`);
    expect([said.body, said.named]).toEqual(['@Someone hello', []]);
  });
  test('the function itself passes them over too, and the channel is that of the message', async () => {
    const [row] = await c.behind<{ id: string }>(`select id from app.messages where byline_id = $1 limit 1`, [c.byline.karim]);
    const set = (named: string[]) => as(c.as('karim'), (tx) => sql`select app.set_mentions(${row!.id}, ${named}::text[])`.execute(tx));
    await set([person('pita'), `channel:${c.channel['ta-lumaria'].conversationId}`, 'person:x', 'nonsense', person('mei')]);
    expect(await c.behind(`select kind, target_id from app.mentions where message_id = $1 order by kind`, [row!.id])).toEqual([
      { kind: 'channel', target_id: c.channel['sim-swap'].conversationId },
      { kind: 'person', target_id: c.byline.mei },
    ]);
  });
});

describe('who is told, and who reads the row', () => {
  test('only readers of the conversation, without the writer', async () => {
    const everyone = await say('amina', 'sim-swap', '@channel look');
    expect(await told(everyone.id)).toEqual(['jonas', 'karim', 'mei']);
    expect((await readsRow(everyone.id)).sort()).toEqual([...CIRCLE].sort());
    const outside = await say('amina', 'sim-swap', '@Pita, @Jonas');
    expect(outside.named).toEqual([person('jonas'), person('pita')].sort());
    expect(await told(outside.id)).toEqual(['jonas']);
    expect(await readsRow(outside.id)).toEqual(['jonas']);
    const body = await say('amina', 'sim-swap', '@Communications Office of Tavola @Central Bank of Lumaria');
    expect(await told(body.id)).toEqual(['jonas']);
    expect(await readsRow(body.id)).toEqual(['jonas']);
  });
  test('a circle named where all members read: those in it who read, nobody else', async () => {
    const said = await say('amina', 'all-members', `@sim-swap please`);
    expect(await told(said.id)).toEqual(['jonas', 'mei']);
    expect((await readsRow(said.id)).sort()).toEqual(['amina', 'jonas', 'mei']);
  });
  test('whoever is suspended or let go is told nothing', async () => {
    const said = await say('amina', 'sim-swap', '@Mei @Jonas');
    await c.behind(`update app.members set status = 'suspended' where id = $1`, [c.member.mei]);
    expect(await told(said.id)).toEqual(['jonas']);
    expect(await readsRow(said.id)).toEqual(['jonas']);
    await c.behind(`update app.members set status = 'active' where id = $1`, [c.member.mei]);
  });
  test('a token without the scope hears nothing of a message marked AMBER', async () => {
    const { id } = await as(c.as('amina'), (tx) =>
      postMessage(tx, { thread_id: thread['sim-swap'], body: '@Jonas', marking: 'TLP:AMBER', retry_key: randomUUID() }),
    );
    const seen = async (scopes: Array<'read' | 'amber'>) =>
      as((await c.signIn('jonas', scopes)).actor, async (tx) => (await sql`select from app.mentions where message_id = ${id}`.execute(tx)).rows.length);
    expect([await seen(['read']), await seen(['read', 'amber'])]).toEqual([0, 1]);
  });
  test('nobody writes a row past the functions', async () => {
    for (const who of NAMES)
      await expect(
        as(c.as(who), (tx) =>
          sql`insert into app.mentions (message_id, audience_id, kind, target_id) values (${randomUUID()}, 2, 'channel', ${randomUUID()})`.execute(tx),
        ),
      ).rejects.toBeTruthy();
  });
});

describe('changing and taking back', () => {
  test('an edit names others; who was named before keeps the row from then', async () => {
    const said = await say('amina', 'sim-swap', '@Jonas look');
    const at = () => c.behind<{ at: Date; k: string }>(`select at, target_id as k from app.mentions where message_id = $1 order by at`, [said.id]);
    const [before] = await at();
    await as(c.as('amina'), (tx) => editMessage(tx, { id: said.id, body: '@Jonas and @Mei look' }));
    expect((await at()).map(({ k }) => k)).toEqual([c.byline.jonas, c.byline.mei]);
    expect((await at())[0]!.at).toEqual(before!.at);
    for (const who of NAMES.filter((name) => name !== 'amina'))
      await expect(as(c.as(who), (tx) => sql`select app.set_mentions(${said.id}, '{}')`.execute(tx))).rejects.toMatchObject({
        code: 'conversations.message.not_found',
      });
    await as(c.as('amina'), (tx) => takeBackMessage(tx, { id: said.id }));
    expect(await at()).toEqual([]);
  });
});

describe('what the writer is told', () => {
  test('who will not see it is named, and a body of which some do', async () => {
    const said = await say('amina', 'sim-swap', '@Pita @Jonas @Communications Office of Tavola @Central Bank of Lumaria');
    expect(await unseen('amina', 'sim-swap', said)).toEqual([
      { message_id: said.id, name: 'Communications Office of Tavola', some: false },
      { message_id: said.id, name: 'Pita', some: false },
    ]);
  });
  test('where a circle keeps its members to itself, nothing is told', async () => {
    const said = await say('mei', 'sim-swap', '@Pita @Jonas');
    await c.behind(`update app.circles set roster = 'runners' where id = $1`, [c.circle.id]);
    await c.behind(`delete from app.circle_runners where member_id = $1`, [c.member.mei]);
    expect(await unseen('mei', 'sim-swap', said)).toEqual([]);
    const offered = await as(c.as('mei'), (tx) => suggestMentions(tx, { audience_id: c.circle.audienceId, typed: 'p' }));
    expect(offered.map(({ name, reads }) => [name, reads])).toContainEqual(['Pita', null]);
    await c.behind(`update app.circles set roster = 'members' where id = $1`, [c.circle.id]);
  });
});

describe('what is offered', () => {
  const offered = async (who: Name, audience: number, typed: string) =>
    (await as(c.as(who), (tx) => suggestMentions(tx, { audience_id: audience, typed, most: 50 })).catch(() => [])).map(({ name }) => name);
  test('readers first, then others I may see; a guest is offered those of its circle alone; Eve nobody', async () => {
    expect(await offered('amina', c.circle.audienceId, '')).toEqual(expect.arrayContaining(['Amina', 'Jonas', 'Mei', 'Karim', 'Pita', 'Noor', 'channel']));
    expect((await offered('amina', c.circle.audienceId, '')).indexOf('Pita')).toBeGreaterThan((await offered('amina', c.circle.audienceId, '')).indexOf('Mei'));
    expect((await offered('karim', c.circle.audienceId, '')).filter((name) => (['Pita', 'Noor', 'Lucía', 'Eve'] as string[]).includes(name))).toEqual([]);
    expect(await offered('karim', c.circle.audienceId, 'tavola')).toEqual([]);
    expect(await offered('lucia', 2, 'sim')).toEqual([]);
    expect(await offered('lucia', c.circle.audienceId, 'a')).toEqual([]);
    expect(await offered('eve', 2, 'a')).toEqual([]);
    expect(await as({ kind: 'visitor' }, (tx) => suggestMentions(tx, { audience_id: 2, typed: 'a' })).catch(() => [])).toEqual([]);
  });
});
