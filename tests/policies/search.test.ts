/** Who finds what: a hidden word and an absent one are the same answer; what was found is read again with the asker's own rights. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readFoundMessages } from '#domains/conversations/found.server.ts';
import { startThread } from '#domains/conversations/start-thread.server.ts';
import { readFoundControls } from '#domains/controls/found.server.ts';
import { readFoundPages } from '#domains/library/found.server.ts';
import { findHits } from '#domains/search/find-hits.server.ts';
import { sql } from 'kysely';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { type Cast, cast, type Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { controlText, makeSpace, pageText } from '../support/space.ts';

type Who = Name | 'visitor';
let db: FreshDatabase;
let c: Cast;
beforeAll(async () => {
  db = await freshDatabase();
  c = await cast(db);
  const audiences = { open: 1, members: 2, circle: c.audience.circle, lumaria: c.audience.lumaria };
  for (const [where, audience] of Object.entries(audiences)) {
    await makeSpace(where, audience, {
      text: pageText(
        `Text ${where}`,
        `page${where} everywhere 样本检验 الاحتيال prévention tarjetas номера.`,
        controlText(`c-${where}`, `Title ${where}`, `control${where} everywhere`),
      ),
    });
  }
  for (const [slug, by] of [
    ['square', 'lucia'],
    ['all-members', 'lucia'],
    ['sim-swap', 'jonas'],
    ['ta-lumaria', 'amina'],
  ] as const) {
    await as(c.as(by), (tx) =>
      startThread(tx, {
        conversation_id: c.channel[slug].conversationId,
        title: slug,
        body: `said${slug.replace('-', '')} everywhere`,
        retry_key: randomUUID(),
      }),
    );
  }
});
afterAll(async () => {
  await closePools();
  await db.drop();
});

const asWho = <T>(who: Who, work: (tx: Tx) => Promise<T>) => as(who === 'visitor' ? ({ kind: 'visitor' } satisfies Actor) : c.as(who), work);
const count = (who: Who, words: string, what: 'texts' | 'messages') => asWho(who, async (tx) => (await findHits(tx, words, what, 50)).length);

const table: Array<[who: Who, spaces: string[], channels: string[]]> = [
  ['visitor', ['open'], ['square']],
  ['eve', ['open'], ['square']],
  ['amina', ['open', 'members', 'circle', 'lumaria'], ['square', 'all-members', 'sim-swap', 'ta-lumaria']],
  ['jonas', ['open', 'members', 'circle'], ['square', 'all-members', 'sim-swap']],
  ['mei', ['open', 'members', 'circle'], ['square', 'all-members', 'sim-swap']],
  ['pita', ['open', 'members'], ['square', 'all-members']],
  ['lucia', ['open', 'members'], ['square', 'all-members']],
  ['noor', ['open', 'members'], ['square', 'all-members']],
  ['karim', ['open', 'circle'], ['square', 'sim-swap']],
];
describe.each(table)('%s', (who, spaces, channels) => {
  test('finds the words of what they read, and no other', async () => {
    for (const where of ['open', 'members', 'circle', 'lumaria']) {
      expect(await count(who, `page${where}`, 'texts'), where).toBe(spaces.includes(where) ? 1 : 0);
      expect(await count(who, `control${where}`, 'texts'), where).toBe(spaces.includes(where) ? 2 : 0);
    }
    for (const slug of ['square', 'all-members', 'sim-swap', 'ta-lumaria'])
      expect(await count(who, `said${slug.replace('-', '')}`, 'messages'), slug).toBe(channels.includes(slug) ? 1 : 0);
  });
  test('a word that stands everywhere counts only what is theirs', async () => {
    expect(await count(who, 'everywhere', 'texts')).toBe(2 * spaces.length);
    expect(await count(who, 'everywhere', 'messages')).toBe(channels.length);
  });
  test('finds in six languages, by a beginning and by a phrase', async () => {
    for (const words of ['样本', '样本检验', 'احتيال', 'prevention', 'tarjeta', 'номер', 'préven', '"样本检验 الاحتيال"'])
      expect(await count(who, words, 'texts'), words).toBe(spaces.length);
  });
  test('ids of others read again give nothing', async () => {
    const rows = await c.behind<{ kind: string; subject_id: string }>('select kind, subject_id from search.entries');
    const of = (kind: string) => rows.filter((row) => row.kind === kind).map((row) => row.subject_id);
    await asWho(who, async (tx) => {
      expect(await readFoundPages(tx, of('page'))).toHaveLength(spaces.length);
      expect(await readFoundControls(tx, of('control'))).toHaveLength(spaces.length);
      expect(await readFoundMessages(tx, of('message'))).toHaveLength(channels.length);
    });
  });
  test('reads no entry by themselves', async () => {
    await expect(asWho(who, (tx) => sql`select * from search.entries`.execute(tx))).rejects.toThrow();
    await expect(asWho(who, (tx) => sql`select * from search.entries_00`.execute(tx))).rejects.toThrow();
  });
});

test('a removed member finds nothing of the circle from the next question on', async () => {
  expect(await count('mei', 'pagecircle', 'texts')).toBe(1);
  await c.behind('delete from app.circle_members where member_id = $1', [c.member.mei]);
  expect(await count('mei', 'pagecircle', 'texts')).toBe(0);
});

test('a question made of signs finds nothing and breaks nothing', async () => {
  for (const words of ["'", '"', "' | 'x", '\\', ':*', '!', '()', '<->', '\u0000', "a' & !b", '   '])
    expect(await count('amina', words, 'texts'), words).toBeGreaterThanOrEqual(0);
  await expect(count('amina', 'x'.repeat(201), 'texts')).rejects.toMatchObject({ code: 'search.query.too_long' });
});
