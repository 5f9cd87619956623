/** The bell of keeping order: who is rung for what, and what it says. Never words, never a name, a place only where one reads; a token hears nothing of a label it may not read. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDirect } from '#domains/conversations/direct.server.ts';
import { answerDecision } from '#domains/conversations/moderation/answer-decision.server.ts';
import { countRings, listRings, type Ring, seeRings } from '#domains/conversations/moderation/bell.server.ts';
import { dismissReport, removeMessage, restrictMember, upholdDecision } from '#domains/conversations/moderation/decide.server.ts';
import { reportMessage } from '#domains/conversations/moderation/report-message.server.ts';
import { startThread } from '#domains/conversations/start-thread.server.ts';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { type Cast, cast, NAMES, type Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';

type Who = Name | 'visitor' | 'reading token' | 'amber token' | "keeper's token" | 'suspended';
let db: FreshDatabase;
let c: Cast;
const actors = {} as Record<Who, Actor>;
const signedIn: Who[] = [...NAMES, 'reading token', 'amber token', "keeper's token", 'suspended'];

beforeAll(async () => {
  db = await freshDatabase();
  c = await cast(db);
  for (const name of NAMES) actors[name] = (await c.signIn(name)).actor;
  actors.visitor = { kind: 'visitor' };
  // Karim, a guest, wrote what is removed in the circle; Jonas keeps order there.
  actors['reading token'] = (await c.signIn('karim', ['read'])).actor;
  actors['amber token'] = (await c.signIn('karim', ['read', 'write', 'amber'])).actor;
  actors["keeper's token"] = (await c.signIn('jonas', ['read', 'write', 'amber'])).actor;
  await c.behind(`insert into app.hub_roles values ($1, 'moderator')`, [c.member.noor]);
  await c.behind(`update app.channels set byline_id = $1 where slug = 'all-members'`, [c.byline.mei]);
  const gone = randomUUID();
  await c.behind(`insert into app.members (id, slug, name) values ($1, 'gone', 'Gone')`, [gone]);
  const key = (await c.signIn('eve')).key;
  await c.behind(`update app.sessions set member_id = $1 where token_hash = sha256(convert_to($2, 'UTF8'))`, [gone, key]);
  await c.behind(`update app.members set status = 'suspended' where id = $1`, [gone]);
  actors.suspended = { kind: 'person', key };
}, 120_000);
afterAll(async () => {
  await closePools();
  await db?.drop();
});

const be = <T>(who: Who, work: (tx: Tx) => Promise<T>) => as(actors[who], work);
const say = (who: Name, channel: 'all-members' | 'sim-swap', body: string, marking: string | null = null) =>
  be(who, (tx) => startThread(tx, { conversation_id: c.channel[channel].conversationId, title: 'T', body, marking, retry_key: randomUUID() }));
const report = (who: Name, message_id: string, hand_over = false) =>
  be(who, (tx) => reportMessage(tx, { message_id, reason: 'insult', words: `wombat by ${who}`, hand_over }));
/** Who hears a ring of this kind about this id. */
const hears = async (kind: Ring['kind'], id: string) => {
  const heard: string[] = [];
  for (const who of signedIn) if ((await be(who, listRings)).some((ring) => ring.kind === kind && ring.id === id)) heard.push(who);
  return heard.sort();
};
const ring = async (who: Who, id: string) => (await be(who, listRings)).find((each) => each.id === id);

test('a visitor hears nothing', async () => {
  expect(await be('visitor', listRings)).toEqual([]);
  expect(await be('visitor', countRings)).toEqual({ waiting: 0, told: 0 });
  await expect(be('visitor', seeRings)).rejects.toThrow();
});

test('a report rings for whoever decides about it, and no longer when one of them has', async () => {
  const { id } = await say('jonas', 'all-members', 'wombat');
  const made = await report('pita', id);
  expect(await hears('report', made.id)).toEqual(['mei', 'noor']);
  expect(await be('noor', countRings)).toEqual({ waiting: 1, told: 0 });
  expect(await ring('mei', made.id)).toMatchObject({ reason: 'insult', subject_id: c.channel['all-members'].id, handed: false, outcome: null });
  await be('mei', (tx) => dismissReport(tx, { id: made.id }));
  expect(await hears('report', made.id)).toEqual([]);
  expect(await hears('outcome', made.id)).toEqual(['pita']);
  expect(await ring('pita', made.id)).toMatchObject({ outcome: 'dismissed' });
  // Seen by whom it is for, once; nobody else puts it aside.
  for (const who of ['mei', 'eve', 'suspended'] as const) expect((await be(who, seeRings)).has(made.id)).toBe(false);
  expect((await be('pita', seeRings)).has(made.id)).toBe(true);
  expect((await be('pita', seeRings)).size).toBe(0);
  expect(await be('pita', countRings)).toEqual({ waiting: 0, told: 0 });
});

test('who decided about their own report is not told what they know', async () => {
  const { id } = await say('jonas', 'all-members', 'wombat again');
  const made = await report('mei', id);
  await be('mei', (tx) => dismissReport(tx, { id: made.id }));
  expect(await hears('outcome', made.id)).toEqual([]);
});

test('AMBER: it rings within, for its author by a token that may read it alone, and says no words to anybody', async () => {
  const { id } = await say('karim', 'sim-swap', 'amber wombat', 'TLP:AMBER');
  const made = await report('mei', id);
  // Amina runs the circle, Jonas opened the channel.
  expect(await hears('report', made.id)).toEqual(['amina', 'jonas']);
  expect(await ring('jonas', made.id)).toMatchObject({ marking: 'TLP:AMBER', subject_id: c.channel['sim-swap'].id });
  const act = await be('jonas', (tx) => removeMessage(tx, { message_id: id, reason: 'label', words: 'wombat passed on' }));
  expect(await hears('outcome', made.id)).toEqual(['mei']);
  expect(await hears('removed', act.id)).toEqual(['amber token', 'karim']);
  expect(await be('reading token', countRings)).toEqual({ waiting: 0, told: 0 });
  expect(await ring('karim', act.id)).toMatchObject({ reason: 'label', outcome: null });
  // A token that only reads puts nothing aside.
  expect((await be('reading token', seeRings)).size).toBe(0);
  await be('karim', (tx) => answerDecision(tx, { id: act.id, answer: 'A wombat is a compliment.' }));
  // Somebody else reads it than who decided.
  expect(await hears('answer', act.id)).toEqual(['amina']);
  expect((await be('karim', seeRings)).has(act.id)).toBe(true);
  await be('amina', (tx) => upholdDecision(tx, { id: act.id }));
  expect(await hears('answer', act.id)).toEqual([]);
  expect(await hears('settled', act.id)).toEqual(['amber token', 'karim']);
  expect(await ring('karim', act.id)).toMatchObject({ outcome: 'upheld' });
  for (const who of signedIn) expect(JSON.stringify(await be(who, listRings)), who).not.toMatch(/wombat|Amina|Jonas|Karim/);
  // Whoever left the circle is told that it was decided, and not where.
  const was = await c.behind(`delete from app.audience_members where audience_id = $1 and member_id = $2 returning member_id`, [
    c.audience.circle,
    c.member.karim,
  ]);
  expect(was).toHaveLength(1);
  expect(await ring('karim', act.id)).toMatchObject({ subject_id: null, outcome: 'upheld' });
  await c.behind(`insert into app.audience_members (audience_id, member_id) values ($1, $2)`, [c.audience.circle, c.member.karim]);
});

test('handed over: the moderators of the hub are rung without the place; who reads there and does not decide is not', async () => {
  const direct = await be('amina', (tx) => openDirect(tx, { people: ['pita'] }));
  const { id } = await be('amina', (tx) => startThread(tx, { conversation_id: direct.conversation_id, title: 'D', body: 'wombat', retry_key: randomUUID() }));
  const made = await report('pita', id, true);
  expect(await hears('report', made.id)).toEqual(['noor']);
  expect(await ring('noor', made.id)).toMatchObject({ handed: true, subject_id: null });
  await be('noor', (tx) => removeMessage(tx, { message_id: id, reason: 'insult' }));
  expect(await ring('pita', made.id)).toMatchObject({ outcome: 'removed', handed: true });
});

test('an answer rings for somebody who did not decide; a restriction for whom it concerns', async () => {
  const { id } = await be('noor', (tx) =>
    restrictMember(tx, { byline_id: c.byline.pita, conversation_id: c.channel['all-members'].conversationId, reason: 'spam', days: 2 }),
  );
  expect(await hears('restricted', id)).toEqual(['pita']);
  await be('pita', (tx) => answerDecision(tx, { id, answer: 'No.' }));
  expect(await hears('answer', id)).toEqual(['mei']);
});
