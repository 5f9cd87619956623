/** Who is told of what, when, and who may see that they were: notices are their member's alone, and only while they still read the message. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sql } from 'kysely';
import { openDirect } from '#domains/conversations/direct.server.ts';
import { postMessage } from '#domains/conversations/post-message.server.ts';
import { startThread } from '#domains/conversations/start-thread.server.ts';
import { countCalls, countNew, listNewCalls, listNewThreads } from '#domains/conversations/telling/catch-up.server.ts';
import { changeChoices, findChoices } from '#domains/conversations/telling/change-choices.server.ts';
import { readUp } from '#domains/conversations/telling/read-up.server.ts';
import { tell } from '#domains/conversations/telling/tell.server.ts';
import { as } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';
import { type Community, plantCommunity } from '../support/people.ts';

let community: Community;
beforeAll(async () => {
  community = await plantCommunity();
}, 60_000);
afterAll(() => community?.database.drop());
const be = (slug: string) => community.be(slug);
const everybody = ['amina', 'jonas', 'mei', 'lucia', 'desta', 'eve'];

let thread: string;
/** Amina writes to Jonas and Mei. */
const write = async (body: string) =>
  as(await be('amina'), async (tx) => {
    const { conversation_id } = await openDirect(tx, { people: ['jonas', 'mei'] });
    if (thread) await postMessage(tx, { thread_id: thread, body, marking: null, retry_key: newId() });
    else thread = (await startThread(tx, { conversation_id, title: 'Tariffs', body, marking: null, retry_key: newId() })).thread_id;
  });
const seenBy = async (slug: string) =>
  as(await be(slug), async (tx) => (await sql<{ n: number }>`select count(*)::int as n from app.notices`.execute(tx)).rows[0]!.n);

describe('who × what', () => {
  test('those it is written to are told, once, however often the log is read; nobody else, and not its writer', async () => {
    await write('first');
    expect(new Set(await tell())).toEqual(new Set([community.ids['jonas'], community.ids['mei']]));
    expect(await tell()).toEqual([]);
    await community.behind("update app.telling set horizon = '0'");
    expect(await tell()).toEqual([]);
    expect(await Promise.all(everybody.map(seenBy))).toEqual([0, 1, 1, 0, 0, 0]);
  });

  test('a notice is put aside by its member alone; the message behind it decides whether it is seen', async () => {
    const aside = async (slug: string) =>
      as(await be(slug), async (tx) => (await sql`update app.notices set seen_at = now() where thread_id = ${thread}`.execute(tx)).numAffectedRows);
    expect([await aside('eve'), await aside('lucia'), await aside('amina'), await aside('jonas')]).toEqual([0n, 0n, 0n, 1n]);
    expect(await as(await be('mei'), countCalls)).toBe(1);
    await community.behind(`update app.messages set deleted_at = now() where thread_id = '${thread}'`);
    expect([await seenBy('jonas'), await seenBy('mei')]).toEqual([0, 0]);
    await community.behind(`update app.messages set deleted_at = null where thread_id = '${thread}'`);
    const [audience] = await community.behind<{ id: number }>(`select audience_id as id from app.threads where id = '${thread}'`);
    const [mine] = await community.behind<Record<string, unknown>>(
      `delete from app.audience_members where audience_id = ${audience!.id} and member_id = '${community.ids['mei']}' returning *`,
    );
    expect([await seenBy('jonas'), await seenBy('mei')]).toEqual([1, 0]);
    await community.behind(
      `insert into app.audience_members (${Object.keys(mine!).join(', ')}) select ${Object.keys(mine!).join(', ')} from jsonb_populate_record(null::app.audience_members, '${JSON.stringify(mine)}')`,
    );
    expect(await seenBy('mei')).toBe(1);
  });

  test('choices are read and changed by their member alone', async () => {
    await as(await be('mei'), (tx) => changeChoices(tx, { mail_direct: 'hourly' }));
    for (const slug of everybody) {
      const rows = await as(await be(slug), async (tx) => (await sql<{ member_id: string }>`select member_id from app.telling_choices`.execute(tx)).rows);
      expect(rows.map((row) => row.member_id)).toEqual(slug === 'mei' ? [community.ids['mei']] : []);
    }
    await as(await be('eve'), (tx) => sql`update app.telling_choices set mail_direct = 'never'`.execute(tx));
    expect(await as(await be('mei'), findChoices)).toMatchObject({ mail_direct: 'hourly', mail_mentions: 'now' });
    await expect(as({ kind: 'visitor' }, findChoices)).rejects.toMatchObject({ status: 404 });
  });
});

describe('catching up', () => {
  test('what is read as far as it was shown leaves what came since', async () => {
    const mei = await be('mei');
    const shown = await as(mei, listNewThreads);
    expect(shown.map((each) => [each.title, each.unread, each.body])).toEqual([['Tariffs', 1, 'first']]);
    expect((await as(mei, listNewCalls)).map((each) => [each.reason, each.name])).toEqual([['direct', 'Amina']]);
    await write('second');
    await as(mei, (tx) => readUp(tx, { threads: shown.map(({ id, last_number }) => ({ id, number: last_number })) }));
    expect((await as(mei, listNewThreads)).map((each) => [each.unread, each.body])).toEqual([[1, 'second']]);
    expect(await as(mei, countNew)).toBe(1);
    expect(await as(mei, listNewCalls)).toEqual([]);
    await tell();
    expect(await as(mei, countCalls)).toBe(1);
  });

  test('nobody marks for another, nor a thread that is not theirs', async () => {
    for (const slug of ['eve', 'lucia'])
      await expect(as(await be(slug), (tx) => readUp(tx, { threads: [{ id: thread, number: 2 }] }))).rejects.toMatchObject({ status: 404 });
    expect(await as(await be('mei'), countNew)).toBe(1);
    expect(
      await community.behind(
        `select 1 from app.read_markers where thread_id = '${thread}' and member_id in ('${community.ids['eve']}', '${community.ids['lucia']}')`,
      ),
    ).toEqual([]);
  });
});

describe('when', () => {
  const moment = async (choices: string, zone: string, mode: string, at: string) => {
    await community.behind(`update app.members set time_zone = '${zone}' where slug = 'jonas'`);
    await community.behind(`delete from app.telling_choices where member_id = '${community.ids['jonas']}'`);
    await community.behind(`insert into app.telling_choices (member_id, digest_at, quiet_from, quiet_until) values ('${community.ids['jonas']}', ${choices})`);
    const [row] = await community.behind<{ at: Date | null }>(`select app.moment_to_tell('${community.ids['jonas']}', '${mode}', '${at}') as at`);
    return row!.at?.toISOString() ?? null;
  };
  test.each([
    ['480, null, null', 'UTC', 'now', '2026-03-01T10:00:00Z', '2026-03-01T10:01:00.000Z'],
    ['480, null, null', 'UTC', 'hourly', '2026-03-01T10:20:00Z', '2026-03-01T11:00:00.000Z'],
    ['480, null, null', 'UTC', 'daily', '2026-03-01T07:59:00Z', '2026-03-01T08:00:00.000Z'],
    ['480, null, null', 'UTC', 'daily', '2026-03-01T08:00:00Z', '2026-03-02T08:00:00.000Z'],
    ['480, null, null', 'UTC', 'never', '2026-03-01T08:00:00Z', null],
    // Eight in the morning in Auckland is the evening before in Greenwich.
    ['480, null, null', 'Pacific/Auckland', 'daily', '2026-03-01T10:00:00Z', '2026-03-01T19:00:00.000Z'],
    // Over a night in which the clock is put forward, eight stays eight.
    ['480, null, null', 'Europe/Paris', 'daily', '2026-03-28T12:00:00Z', '2026-03-29T06:00:00.000Z'],
    // Quiet from ten in the evening until seven: over midnight, before and after it.
    ['480, 1320, 420', 'UTC', 'now', '2026-03-01T22:30:00Z', '2026-03-02T07:00:00.000Z'],
    ['480, 1320, 420', 'UTC', 'now', '2026-03-02T02:00:00Z', '2026-03-02T07:00:00.000Z'],
    ['480, 1320, 420', 'UTC', 'now', '2026-03-02T07:00:00Z', '2026-03-02T07:01:00.000Z'],
    // A quiet midday.
    ['480, 720, 780', 'UTC', 'hourly', '2026-03-02T11:30:00Z', '2026-03-02T13:00:00.000Z'],
  ])('%s in %s, %s, at %s: %s', async (choices, zone, mode, at, wanted) => {
    expect(await moment(choices, zone, mode, at)).toBe(wanted);
  });

  test('quiet hours have two ends, and do not end when they begin', async () => {
    const change = async (input: Parameters<typeof changeChoices>[1]) => as(await be('desta'), (tx) => changeChoices(tx, input));
    await expect(change({ quiet_from: 10 })).rejects.toMatchObject({ code: 'conversations.telling.quiet_half' });
    await expect(change({ quiet_from: 10, quiet_until: null })).rejects.toMatchObject({ code: 'conversations.telling.quiet_half' });
    await expect(change({ quiet_from: 10, quiet_until: 10 })).rejects.toMatchObject({ code: 'conversations.telling.quiet_empty' });
    expect(await change({ quiet_from: 1320, quiet_until: 420 })).toMatchObject({ quiet_from: '22:00', quiet_until: '07:00' });
    expect(await change({ quiet_from: null, quiet_until: null })).toMatchObject({ quiet_from: null, quiet_until: null });
  });
});
