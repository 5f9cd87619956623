/** A hold keeps what a removed message said; whoever asks about it (its author, who reported it, who decided) is answered as without one. */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listVersions } from '#domains/conversations/message-acts.server.ts';
import { answerDecision } from '#domains/conversations/moderation/answer-decision.server.ts';
import { listRings } from '#domains/conversations/moderation/bell.server.ts';
import { dismissReport, removeMessage, restoreMessage, upholdDecision } from '#domains/conversations/moderation/decide.server.ts';
import { listAboutMe, listDecisions, listMyReports, listQueue } from '#domains/conversations/moderation/queries.server.ts';
import { reportMessage } from '#domains/conversations/moderation/report-message.server.ts';
import { startThread } from '#domains/conversations/start-thread.server.ts';
import { takeBackMessage } from '#domains/conversations/take-back-message.server.ts';
import { runRetention } from '#domains/records/run-retention.server.ts';
import { findHits } from '#domains/search/find-hits.server.ts';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { type Cast, cast, NAMES, type Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';

let db: FreshDatabase;
let c: Cast;
const web = {} as Record<Name, Actor>;
beforeAll(async () => {
  db = await freshDatabase();
  c = await cast(db);
  for (const name of NAMES) web[name] = (await c.signIn(name)).actor;
  await c.behind(`insert into app.hub_roles values ($1, 'moderator')`, [c.member.noor]);
  await c.behind(`update app.channels set byline_id = $1 where slug = 'all-members'`, [c.byline.mei]);
}, 120_000);
afterAll(async () => {
  await closePools();
  await db?.drop();
});

const later = (days: number) =>
  c.behind(`set session_replication_role = replica;
    update app.messages set deleted_at = deleted_at - interval '${days} days', created_at = created_at - interval '${days} days' where deleted_at is not null;
    update app.message_revisions set replaced_at = replaced_at - interval '${days} days';
    update app.message_reports set created_at = created_at - interval '${days} days'`);

/** Reporting, deciding, answering, undoing, and what everybody is told of it then and after its time; with ids and moments taken out. */
async function answers(): Promise<string[]> {
  const said: string[] = [];
  const tell = async (who: Name, name: string, work: (tx: Tx) => Promise<unknown>) => {
    const answer = await as(web[who], work).then(
      (value) => JSON.stringify(value) ?? 'done',
      (error: { code?: string; status?: number }) => `refused ${error.code} ${error.status}`,
    );
    said.push(`${who}, ${name}: ${answer.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'id').replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'then')}`);
  };
  const ask = async (name: string) => {
    await tell('jonas', `${name}: about me`, listAboutMe);
    await tell('pita', `${name}: what I reported`, listMyReports);
    for (const who of ['mei', 'noor'] as const) {
      await tell(who, `${name}: the queue`, listQueue);
      await tell(who, `${name}: the decisions`, listDecisions);
    }
    for (const who of ['jonas', 'pita', 'mei', 'amina', 'eve'] as const) {
      await tell(who, `${name}: rings`, listRings);
      await tell(who, `${name}: versions`, (tx) => listVersions(tx, ids.removed!));
      await tell(who, `${name}: found`, (tx) => findHits(tx, 'wolverine', 'messages', 10));
      await tell(who, `${name}: the place`, (tx) =>
        sql`select body, moderated_as, removed_at is null as stays from app.messages where id = ${ids.removed}`.execute(tx).then(({ rows }) => rows),
      );
    }
  };
  const ids: Record<string, string> = {};
  const acts: Record<string, string> = {};
  for (const what of ['removed', 'restored', 'back', 'left']) {
    ids[what] = (
      await as(web.jonas, (tx) =>
        startThread(tx, {
          conversation_id: c.channel['all-members'].conversationId,
          title: 'T',
          body: `wolverine ${what}`,
          marking: null,
          retry_key: randomUUID(),
        }),
      )
    ).id;
    await tell('pita', `reports ${what}`, (tx) => reportMessage(tx, { message_id: ids[what], reason: 'insult', words: 'w' }));
  }
  for (const what of ['removed', 'restored'])
    await tell('mei', `removes ${what}`, async (tx) => {
      acts[what] = (await removeMessage(tx, { message_id: ids[what], reason: 'insult', words: 'Stay friendly.' })).id;
    });
  await tell('jonas', 'answers', (tx) => answerDecision(tx, { id: acts['removed'], answer: 'No.' }));
  await tell('jonas', 'takes back what was removed', (tx) => takeBackMessage(tx, { id: ids['removed']! }));
  await tell('jonas', 'takes back what was reported', (tx) => takeBackMessage(tx, { id: ids['back']! }));
  await tell('noor', 'puts back', (tx) => restoreMessage(tx, { id: acts['restored'], words: 'It was not that bad.' }));
  await ask('at once');
  await tell('noor', 'upholds', (tx) => upholdDecision(tx, { id: acts['removed'], words: 'Still.' }));
  await tell('mei', 'nothing to do', async (tx) => dismissReport(tx, { id: (await listQueue(tx)).find(({ gone }) => !gone)?.id }));
  // A hundred days: earlier words are kept for ninety.
  await later(100);
  await ask('when its time is over');
  await runRetention();
  await ask('after the night');
  await tell('mei', 'puts back too late', (tx) => restoreMessage(tx, { id: acts['removed'], words: 'x' }));
  kept = (await c.behind<{ body: string }>('select body from app.message_revisions where message_id = any($1)', [[ids['removed'], ids['back']]])).map(
    ({ body }) => body,
  );
  await c.behind(
    `set session_replication_role = replica; delete from app.message_reports; delete from app.moderation_acts; delete from search.entries where kind = 'message'`,
  );
  return said;
}
let kept: string[] = [];
let without: string[];

test('without a hold, what was removed goes at its time', async () => {
  without = await answers();
  expect(kept).toEqual([]);
  expect(without.filter((line) => line.includes('refused'))).toEqual(['mei, puts back too late: refused conversations.moderation.gone 409']);
  // The words are told while they are kept, and not after.
  expect(without.filter((line) => line.startsWith('jonas, at once: about me') && line.includes('wolverine removed'))).toHaveLength(1);
  expect(without.filter((line) => /time is over|after the night/.test(line) && line.includes('wolverine removed'))).toEqual([]);
});

test.each(['person', 'conversation', 'everything'])('under a hold of %s everybody is answered the same, step by step; the words are kept', async (scope) => {
  const subject = scope === 'person' ? c.member.jonas : scope === 'conversation' ? c.channel['all-members'].conversationId : null;
  await c.behind(`insert into app.legal_holds (id, scope, subject_id, reference, reason, placed_by) values (gen_random_uuid(), $1, $2, 'R', 'Because', $3)`, [
    scope,
    subject,
    c.byline.lucia,
  ]);
  expect(await answers()).toEqual(without);
  expect(kept.sort()).toEqual(['wolverine back', 'wolverine removed']);
  await c.behind(
    `set session_replication_role = replica; update app.legal_holds set lifted_at = now(), lifted_reason = 'x', lifted_by = '${c.byline.mei}' where lifted_at is null`,
  );
  await runRetention();
  expect(await c.behind(`select from app.message_revisions where body like 'wolverine %'`)).toEqual([]);
});
