/** Filters of the search: who finds what by them, in six languages; and that a name one may not see answers as a name that is not there. */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDirect } from '#domains/conversations/direct.server.ts';
import { renameThread } from '#domains/conversations/change-thread.server.ts';
import { editMessage } from '#domains/conversations/edit-message.server.ts';
import { moveThread } from '#domains/conversations/move-thread.server.ts';
import { askPoll } from '#domains/conversations/polls.server.ts';
import { openConversation } from '#domains/conversations/open-conversation.server.ts';
import { postMessage } from '#domains/conversations/post-message.server.ts';
import { startThread } from '#domains/conversations/start-thread.server.ts';
import { takeBackMessage } from '#domains/conversations/take-back-message.server.ts';
import { type Actor, as } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { readAsked, resolveAsked } from '../../src/routes/search/filters.server.ts';
import { readResults } from '../../src/routes/search/found.server.ts';
import { suggest } from '../../src/routes/search/suggest/suggest.server.ts';
import { type Cast, cast, type Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { controlText, makeSpace, pageText } from '../support/space.ts';

type Who = Name | 'visitor';
let db: FreshDatabase;
let c: Cast;
const said: Record<string, { id: string; thread_id: string }> = {};
const be = (who: Who): Actor => (who === 'visitor' ? { kind: 'visitor' } : c.as(who));
const say = async (key: string, who: Name, channel: string, body: string, marking: string | null = null, title = key) => {
  said[key] = await as(c.as(who), (tx) =>
    startThread(tx, { conversation_id: c.channel[channel as 'square'].conversationId, title, body, marking, retry_key: randomUUID() }),
  );
};

beforeAll(async () => {
  db = await freshDatabase();
  c = await cast(db);
  await makeSpace('open', 1, { text: pageText('Open rules', 'A fraude everywhere.', controlText('c-open', 'Open control', 'fraude too')) });
  await makeSpace('circle', c.audience.circle, {
    text: pageText('Circle rules', 'A fraude everywhere.', controlText('c-circle', 'Circle control', 'fraude too')),
  });
  await say('open', 'lucia', 'square', 'fraude in the open');
  await say('members', 'noor', 'all-members', 'fraude among members, see https://example.test/a', 'TLP:GREEN', 'SIM swap wave');
  await say('circle', 'jonas', 'sim-swap', 'fraude in the circle 203.0.113.7', 'TLP:AMBER', 'Wave of porting');
  await say('own', 'amina', 'ta-lumaria', 'fraude at home');
  await say('arabic', 'noor', 'all-members', 'الـمُحْتالونَ يستعملون شريحةً مسروقة');
  await say('chinese', 'mei', 'all-members', '运营商必须核实客户身份');
  await say('russian', 'mei', 'all-members', 'Проверьте всё перед заменой номеров');
  await say('french', 'mei', 'all-members', 'Les opérateurs vérifient l’identité');
  await say('spanish', 'mei', 'all-members', 'Las tarjetas robadas y la contraseña');
  said['poll'] = await as(c.as('pita'), async (tx) => {
    const posted = await postMessage(tx, { thread_id: said['members']!.thread_id, body: 'fraude asked', retry_key: randomUUID() });
    await askPoll(tx, posted.id, { options: ['a', 'b'], multiple: false, named: true, hours: null });
    return posted;
  });
  const direct = await as(c.as('amina'), (tx) => openDirect(tx, { people: ['pita'] }));
  said['direct'] = await as(c.as('amina'), (tx) =>
    startThread(tx, { conversation_id: direct.conversation_id, title: 'Between us', body: 'fraude between us', retry_key: randomUUID() }),
  );
  await c.behind(
    `insert into app.attachments (message_id, audience_id, place, name, mime, size, sha256) select id, audience_id, 1, 'a.pdf', 'application/pdf', 1, '\\x00' from app.messages where id = $1`,
    [said['circle']!.id],
  );
  // One was written long ago; the test's own statement sets it, since nobody's may.
  await c.behind(`update app.messages set created_at = '2024-03-31 22:30Z' where id = $1`, [said['members']!.id]);
  await c.behind(`update search.entries set at = '2024-03-31 22:30Z' where subject_id = $1`, [said['members']!.id]);
  await c.behind(`update app.members set time_zone = 'Asia/Singapore' where slug = 'mei'`);
}, 120_000);
afterAll(async () => {
  await closePools();
  await db.drop();
});

const results = (who: Who, address: string) => {
  const query = new URLSearchParams(address);
  return as(be(who), (tx) =>
    readResults(
      tx,
      readAsked((name) => query.get(name)),
    ),
  );
};
/** What is found, by the keys above. */
const found = async (who: Who, address: string) => {
  const { messages } = await results(who, address);
  return messages.map(({ id }) => Object.entries(said).find(([, each]) => each.id === id)?.[0] ?? id).sort();
};

test.each<[who: Who, question: string, keys: string[]]>([
  ['amina', 'q=fraude', ['circle', 'direct', 'members', 'open', 'own', 'poll']],
  ['amina', 'q=fraude from:me', ['direct', 'own']],
  ['amina', 'q=fraude&from=jonas', ['circle']],
  ['amina', 'q=from:Noor', ['arabic', 'members']],
  ['pita', 'q=fraude from:jonas', []],
  ['eve', 'q=fraude from:lucia', ['open']],
  ['visitor', 'q=fraude from:Lucía', ['open']],
  ['amina', 'q=fraude in:#sim-swap', ['circle']],
  ['amina', 'q=fraude in:sim-swap in:ta-lumaria', ['circle', 'own']],
  ['pita', 'q=fraude in:sim-swap', []],
  ['amina', 'q=fraude in:direct', ['direct']],
  ['pita', 'q=in:direct', ['direct']],
  ['mei', 'q=fraude in:direct', []],
  ['amina', 'q=fraude -in:direct -from:pita', ['circle', 'members', 'open', 'own']],
  ['amina', 'q=fraude tlp:amber', ['circle']],
  ['amina', 'q=fraude tlp:green', ['members']],
  ['pita', 'q=fraude tlp:amber', []],
  ['amina', 'q=has:file', ['circle']],
  ['amina', 'q=has:indicator fraude', ['circle']],
  ['amina', 'q=has:link', ['members']],
  ['amina', 'q=has:poll', ['poll']],
  ['pita', 'q=has:file', []],
  ['amina', 'q=fraude thread:wave', ['circle', 'members', 'poll']],
  ['amina', 'q=fraude thread:"sim swap"', ['members', 'poll']],
  ['pita', 'q=fraude thread:porting', []],
  // A part of a title: in the middle of a word, one letter of it, whatever the case; signs are signs.
  ['amina', 'q=fraude thread:ORTIN', ['circle']],
  ['amina', 'q=fraude thread:g', ['circle']],
  ['amina', 'q=thread:"wave of"', ['circle']],
  ['amina', 'q=fraude thread:%', []],
  ['amina', 'q=fraude thread:wave in:all-members', ['members', 'poll']],
  ['amina', 'q=fraude -thread:wave', ['direct', 'open', 'own']],
  ['amina', 'q=after:2024-03-31 before:2024-04-01', ['members']],
  ['pita', 'q=thread:porting after:2024', []],
  ['amina', 'q=fraude before:2025', ['members']],
  ['amina', 'q=fraude after:2025 in:all-members', ['poll']],
  ['amina', 'q=fraude&after=2024-03-31&before=2024-04-01', ['members']],
  // Half past ten in the evening UTC is the next day in Singapore.
  ['mei', 'q=fraude&after=2024-03-31&before=2024-04-01', []],
  ['mei', 'q=fraude&after=2024-04-01&before=2024-04-02', ['members']],
  ['amina', 'q=المحتالون', ['arabic']],
  ['amina', 'q=محتالون شريحة', ['arabic']],
  ['amina', 'q=مسروقه', ['arabic']],
  ['amina', 'q=من:noor شريحه', ['arabic']],
  ['amina', 'q=核实', ['chinese']],
  ['amina', 'q=来自:mei 客户身份', ['chinese']],
  ['amina', 'q=身客', []],
  ['amina', 'q=все номеров', ['russian']],
  ['amina', 'q=от:mei НОМЕР', ['russian']],
  ['amina', 'q=operateur de:mei', ['french']],
  ['amina', 'q=contrasena tarjeta', ['spanish']],
])('%s asks %s', async (who, question, keys) => {
  expect(await found(who, question)).toEqual([...keys].sort());
});

test('a space narrows texts, and any filter of messages leaves them out', async () => {
  expect((await results('amina', 'q=fraude')).pages).toHaveLength(2);
  expect((await results('amina', 'q=fraude in:circle')).pages.map(({ title }) => title)).toEqual(['Circle rules']);
  expect((await results('amina', 'q=fraude in:circle')).controls).toHaveLength(1);
  expect((await results('pita', 'q=fraude in:circle')).pages).toEqual([]);
  expect((await results('amina', 'q=fraude from:me')).pages).toEqual([]);
});

describe('what is said about the texts of a space', () => {
  const about: Record<string, string> = {};
  const saying = async (kind: 'page' | 'control', id: string, title: string) =>
    as(c.as('amina'), async (tx) => {
      const { id: conversation_id } = await openConversation(tx, { subject: { kind, id } });
      about[title] = (await startThread(tx, { conversation_id, title, body: 'marginalia', retry_key: randomUUID() })).id;
    });
  const titles = async (who: Who, question: string) => (await results(who, `q=${question}`)).messages.map(({ title }) => title).sort();
  beforeAll(async () => {
    const one = async (text: string) => (await c.behind<{ id: string }>(text))[0]!.id;
    const space = (slug: string) => `(select id from app.spaces where slug = '${slug}')`;
    await saying('page', await one(`select id from app.pages where space_id = ${space('circle')}`), 'Of the page');
    await saying('control', await one(`select id from app.controls where slug = 'c-circle'`), 'Of the control');
    await saying('page', await one(`select id from app.pages where space_id = ${space('open')}`), 'Of the open page');
  });
  test('is found by the space, whatever it hangs on; not by whoever does not read it', async () => {
    expect(await titles('amina', 'marginalia in:circle')).toEqual(['Of the control', 'Of the page']);
    expect(await titles('jonas', 'in:circle')).toEqual(['Of the control', 'Of the page']);
    expect(await titles('amina', 'marginalia -in:circle')).toEqual(['Of the open page']);
    for (const who of ['pita', 'eve', 'visitor'] as const) expect(await titles(who, 'marginalia in:circle'), who).toEqual([]);
  });
  test('is asked for by one lexeme, however many conversations there are', async () => {
    const query = await as(c.as('amina'), (tx) =>
      resolveAsked(
        tx,
        readAsked((name) => (name === 'q' ? 'in:circle' : null)),
      ),
    );
    expect(query.messages).toMatch(/^'s:[0-9a-f-]{36}'$/);
    expect(query.texts).toBe(query.messages);
  });
  test('stands in its entry once, also after an edit', async () => {
    await as(c.as('amina'), (tx) => editMessage(tx, { id: about['Of the page']!, body: 'marginalia again', marking: null }));
    expect(await titles('amina', 'again in:circle')).toEqual(['Of the page']);
    const [entry] = await c.behind<{ spaces: number }>(
      `select count(*)::int as spaces from search.entries e, unnest(e.words) l where e.subject_id = '${about['Of the page']}' and l.lexeme like 's:%'`,
    );
    expect(entry!.spaces).toBe(1);
  });
});

describe('suggestions take the same filters', () => {
  const offered = async (who: Who, q: string) => {
    const asked = readAsked((name) => (name === 'q' ? q : null));
    return (await as(be(who), (tx) => suggest(tx, asked))).map(({ title }) => title).sort();
  };
  test.each<[who: Who, question: string, titles: string[]]>([
    ['amina', 'fraude from:jonas', ['Wave of porting']],
    ['amina', 'fraude in:circle', ['Circle control', 'Circle rules']],
    ['amina', 'fraude tlp:green', ['SIM swap wave']],
    ['amina', 'fraude in:sim-swap', ['Wave of porting']],
    ['pita', 'fraude from:jonas', []],
    ['pita', 'fraude in:circle', []],
    ['pita', 'fraude in:sim-swap', []],
    ['eve', 'fraude from:lucia', ['open']],
    ['visitor', 'fraude tlp:green', []],
    // Without filters, what one would have gone to: texts and channels, no messages.
    ['amina', 'fraude', ['Circle control', 'Circle rules', 'Open control', 'Open rules']],
    ['amina', '#sim', ['#sim-swap']],
    ['pita', '#sim', []],
  ])('%s types %s', async (who, question, titles) => {
    expect(await offered(who, question)).toEqual(titles);
  });
});

describe('what one may not see answers as what is not there', () => {
  // Pita is in no circle; Karim is a guest who sees his circle alone; Eve sees the public alone.
  test.each<[who: Who, hidden: string, absent: string]>([
    ['pita', 'fraude in:sim-swap', 'fraude in:nowhere-at-all'],
    ['pita', 'fraude -in:sim-swap', 'fraude -in:nowhere-at-all'],
    ['pita', 'fraude thread:porting', 'fraude thread:nosuchtitle'],
    ['pita', 'fraude in:circle', 'fraude in:nosuchspace'],
    ['eve', 'fraude from:jonas', 'fraude from:nobody-here'],
    ['eve', 'fraude -from:jonas', 'fraude -from:nobody-here'],
    ['karim', 'fraude from:noor', 'fraude from:nobody-here'],
    ['karim', 'fraude in:ta-lumaria', 'fraude in:nowhere-at-all'],
    ['visitor', 'fraude from:jonas', 'fraude from:nobody-here'],
    ['visitor', 'fraude in:all-members', 'fraude in:nowhere-at-all'],
  ])('%s: %s', async (who, hidden, absent) => {
    const [one, other] = [await results(who, `q=${hidden}`), await results(who, `q=${absent}`)];
    expect(one).toEqual(other);
    // By the same statements: as many, in the same order, with the same shape.
    expect(await statements(who, hidden)).toEqual(await statements(who, absent));
  });

  async function statements(who: Who, question: string): Promise<string[]> {
    const list: string[] = [];
    await as(be(who), async (tx) => {
      const executor = tx.getExecutor() as unknown as { executeQuery: (query: { sql: string }, ...rest: unknown[]) => unknown };
      const original = executor.executeQuery.bind(executor);
      executor.executeQuery = (query, ...rest) => {
        list.push(query.sql);
        return original(query, ...rest);
      };
      const query = new URLSearchParams({ q: question });
      await readResults(
        tx,
        readAsked((name) => query.get(name)),
      );
      executor.executeQuery = original as never;
    });
    expect(list.length).toBeGreaterThan(0);
    return list;
  }
});

test('a renamed thread is found by its new title', async () => {
  const { thread_id } = said['russian']!;
  await as(c.as('mei'), (tx) => renameThread(tx, { id: thread_id, title: '手机诈骗 Überweisung' }));
  for (const part of ['诈骗', '骗', 'überw', 'WEISUNG']) expect(await found('amina', `q=thread:${part}`), part).toEqual(['russian']);
  for (const part of ['russian', '诈机']) expect(await found('amina', `q=thread:${part}`), part).toEqual([]);
});

test('an edit, a move and taking back are followed by the filters', async () => {
  await as(c.as('noor'), (tx) => editMessage(tx, { id: said['arabic']!.id, body: 'zebra https://example.test', marking: 'TLP:GREEN' }));
  expect(await found('amina', 'q=zebra has:link tlp:green from:noor')).toEqual(['arabic']);
  await as(c.as('noor'), (tx) => moveThread(tx, { id: said['arabic']!.thread_id, conversation_id: c.channel['square'].conversationId, gaining: 0 })).catch(
    () => {},
  );
  await as(c.as('noor'), (tx) => takeBackMessage(tx, { id: said['arabic']!.id })).catch(() => {});
  expect(await found('amina', 'q=zebra in:all-members')).toEqual([]);
});

test('a fault in a question is told without asking anything', async () => {
  for (const [q, code] of [
    ['fraude before:soon', 'bad_date'],
    ['fraude tlp:pink', 'unknown_label'],
    ['fraude has:cat', 'unknown_thing'],
    ['-fraude', 'only_without'],
  ] as const)
    expect(() => readAsked((name) => (name === 'q' ? q : null))).toThrow(expect.objectContaining({ code: `search.query.${code}` }));
  expect(() => readAsked((name) => (name === 'from' ? 'x'.repeat(201) : null))).toThrow(expect.objectContaining({ code: 'search.query.too_long' }));
});

test('asking among audiences narrows and never widens: whoever names one that is not theirs finds nothing', async () => {
  const circle = c.audience.circle;
  const among = (who: Who, audiences: number[] | null) =>
    as(be(who), (tx) => sql<{ subject_id: string }>`select subject_id from search.find('''fraud'':*', false, 500, null, null, ${audiences})`.execute(tx)).then(
      ({ rows }) => rows.map((row) => row.subject_id),
    );
  const all = await among('amina', null);
  const here = await among('amina', [circle]);
  expect(here.length).toBeGreaterThan(0);
  expect(all).toEqual(expect.arrayContaining(here));
  expect(all.length).toBeGreaterThan(here.length);
  expect(await among('amina', [])).toEqual([]);
  for (const who of ['eve', 'visitor'] as const) expect(await among(who, [circle])).toEqual([]);
});

test('the plan looks into few slices, each by its index where there is something to gain', async () => {
  const rows = await as(
    be('amina'),
    async (tx) =>
      (
        await sql<{
          ms: number;
        }>`select extract(milliseconds from clock_timestamp() - statement_timestamp())::float as ms from (select count(*) from search.find('''fraud'':*', false, 40)) x`.execute(
          tx,
        )
      ).rows,
  );
  expect(rows[0]!.ms).toBeLessThan(1000);
});
