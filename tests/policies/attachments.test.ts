/** Files of messages, who × what: read where the message is, by nobody else, and never changed; what waits for a message is its sender's alone. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withFiles } from '#domains/conversations/attach-files.server.ts';
import { messageFrames } from '#domains/conversations/frames.server.ts';
import { postMessage } from '#domains/conversations/post-message.server.ts';
import { findMessage } from '#domains/conversations/queries.server.ts';
import { startThread } from '#domains/conversations/start-thread.server.ts';
import { takeBackMessage } from '#domains/conversations/take-back-message.server.ts';
import { answerWithFile } from '#domains/files/answer.server.ts';
import { keepUpload, listUploads, needWriter } from '#domains/files/keep-upload.server.ts';
import { plainName } from '#domains/files/model.ts';
import { takeIn } from '#domains/files/take-in.server.ts';
import { forgetConfig } from '#platform/config.server.ts';
import { type Actor, as } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { CIRCLE, type Cast, cast, NAMES, type Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';

let db: FreshDatabase;
let c: Cast;
const thread: Record<string, string> = {};
const VISITOR: Actor = { kind: 'visitor' };
beforeAll(async () => {
  process.env.INDABA_DATA = mkdtempSync(join(tmpdir(), 'indaba-attachments-'));
  forgetConfig();
  db = await freshDatabase();
  c = await cast(db);
  for (const [slug, by] of [
    ['all-members', 'lucia'],
    ['sim-swap', 'jonas'],
  ] as const)
    thread[slug] = (
      await as(c.as(by), (tx) => startThread(tx, { conversation_id: c.channel[slug].conversationId, title: slug, body: 'first', retry_key: randomUUID() }))
    ).thread_id;
});
afterAll(async () => {
  await closePools();
  await db.drop();
});

const bytes = (text: string) => new TextEncoder().encode(text);
const send = async (who: Name, name: string, what: Uint8Array) => {
  const taken = await takeIn(what);
  return (await as(c.as(who), (tx) => keepUpload(tx, { name, taken }))).id;
};
const say = async (who: Name, slug: string, files: string[], options: { marking?: string; key?: string; body?: string } = {}) => {
  const { id } = await as(c.as(who), (tx) =>
    postMessage(
      tx,
      { thread_id: thread[slug], body: options.body ?? 'look', files, marking: options.marking, retry_key: options.key ?? randomUUID() },
      { last: true },
    ),
  );
  const rows = await c.behind<{ id: string }>('select id from app.attachments where message_id = $1 order by place', [id]);
  return { id, files: rows.map((row) => row.id) };
};
const fetched = (actor: Actor, id: string) =>
  answerWithFile(actor, id, null).then(
    (answer) => answer.status,
    (error: { status?: number }) => error.status ?? String(error),
  );
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  );
const able = async (id: string) => {
  const found: string[] = [];
  for (const who of NAMES) if ((await fetched(c.as(who), id)) === 200) found.push(who);
  if ((await fetched(VISITOR, id)) === 200) found.push('visitor');
  return found.sort();
};

describe('who fetches a file', () => {
  test('whoever reads the message, asked at every fetch; a guessed id is like one that is not there', async () => {
    const said = await say('amina', 'sim-swap', [await send('amina', 'log.csv', bytes('a,b'))]);
    expect(await able(said.files[0]!)).toEqual([...CIRCLE].sort());
    expect(await fetched(c.as('eve'), said.files[0]!)).toBe(await fetched(c.as('eve'), randomUUID()));
    const open = await say('lucia', 'all-members', [await send('lucia', 'a.txt', bytes('a'))]);
    expect(await able(open.files[0]!)).toEqual(NAMES.filter((name) => name !== 'eve' && name !== 'karim').sort());
    const known = (await answerWithFile(c.as('jonas'), said.files[0]!, null)).headers.get('etag');
    expect((await answerWithFile(c.as('jonas'), said.files[0]!, known)).status).toBe(304);
    expect(await refusal(answerWithFile(c.as('eve'), said.files[0]!, known))).toBe('common.not_found');
  });
  test('removed from the circle or suspended, the address that one kept opens nothing', async () => {
    const said = await say('amina', 'sim-swap', [await send('amina', 'x.bin', bytes('x'))]);
    await c.behind(`update app.members set status = 'suspended' where id = $1`, [c.member.mei]);
    expect(await fetched(c.as('mei'), said.files[0]!)).toBe(404);
    await c.behind(`update app.members set status = 'active' where id = $1`, [c.member.mei]);
    const [place] = await c.behind<{ audience_id: number }>('select audience_id from app.attachments where id = $1', [said.files[0]]);
    const [kept] = await c.behind<{ ends_at: Date | null }>('select ends_at from app.audience_members where audience_id = $1 and member_id = $2', [
      place!.audience_id,
      c.member.mei,
    ]);
    await c.behind('update app.audience_members set ends_at = now() where audience_id = $1 and member_id = $2', [place!.audience_id, c.member.mei]);
    expect(await fetched(c.as('mei'), said.files[0]!)).toBe(404);
    await c.behind('update app.audience_members set ends_at = $3 where audience_id = $1 and member_id = $2', [place!.audience_id, c.member.mei, kept!.ends_at]);
  });
  test('the label of the message binds it: a token without the scope gets neither', async () => {
    const said = await say('amina', 'sim-swap', [await send('amina', 'x.bin', bytes('x'))], { marking: 'TLP:AMBER' });
    expect(await fetched((await c.signIn('jonas', ['read'])).actor, said.files[0]!)).toBe(404);
    expect(await fetched((await c.signIn('jonas', ['read', 'amber'])).actor, said.files[0]!)).toBe(200);
  });
  test('taken back with its message: gone for everybody, its writer too', async () => {
    const said = await say('amina', 'sim-swap', [await send('amina', 'x.bin', bytes('x'))]);
    await as(c.as('amina'), (tx) => takeBackMessage(tx, { id: said.id }));
    expect(await able(said.files[0]!)).toEqual([]);
    expect(await as(c.as('amina'), async (tx) => (await withFiles(tx, [(await findMessage(tx, said.id))!]))[0]!.files)).toEqual([]);
  });
});

describe('what is written', () => {
  test('the files of a message stand in the order they were given, on its page and in its frame alike', async () => {
    const a = await send('amina', 'b.csv', bytes('1'));
    const b = await send('amina', '<img onerror=x>.svg', bytes('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'));
    const said = await say('amina', 'sim-swap', [b, a]);
    const [read] = await as(c.as('jonas'), async (tx) => withFiles(tx, [(await findMessage(tx, said.id))!]));
    expect(read!.files.map(({ name, mime }) => [name, mime === 'image/svg+xml'])).toEqual([
      ['<img onerror=x>.svg', false],
      ['b.csv', false],
    ]);
    const frame = (await as(c.as('jonas'), (tx) => messageFrames(tx, [said.id]))).get(said.id)!;
    expect(frame.content['html']).toContain(`/files/${read!.files[0]!.id}/`);
    expect(frame.content['html']).not.toMatch(/<img|<script/);
  });
  test('the same post sent twice is one; other files under its key are refused', async () => {
    const key = randomUUID();
    const one = await send('amina', 'a', bytes('same'));
    const first = await say('amina', 'sim-swap', [one], { key });
    expect(await say('amina', 'sim-swap', [one], { key })).toEqual(first);
    expect(await say('amina', 'sim-swap', [await send('amina', 'a', bytes('same'))], { key })).toEqual(first);
    expect(await refusal(say('amina', 'sim-swap', [await send('amina', 'a', bytes('other'))], { key }))).toBe('conversations.message.key_reused');
    expect(await refusal(say('amina', 'sim-swap', [], { key }))).toBe('conversations.message.key_reused');
  });
  test('a file goes with one message, of whoever sent it in, and nothing is half posted', async () => {
    const mine = await send('amina', 'a', bytes('a'));
    expect(await refusal(say('jonas', 'sim-swap', [mine], { body: 'stolen' }))).toBe('files.upload.not_found');
    expect(await c.behind(`select from app.messages where body = 'stolen'`)).toEqual([]);
    await say('amina', 'sim-swap', [mine]);
    expect(await refusal(say('amina', 'sim-swap', [mine], { body: 'again' }))).toBe('files.upload.not_found');
    expect(await c.behind(`select from app.messages where body = 'again'`)).toEqual([]);
    expect(
      await refusal(
        say(
          'amina',
          'sim-swap',
          Array.from({ length: 11 }, () => randomUUID()),
        ),
      ),
    ).toBe('files.attachment.too_many');
  });
  test('nothing is added to a message that was posted, nor changed or removed by anybody', async () => {
    const said = await say('amina', 'sim-swap', [await send('amina', 'a', bytes('a'))]);
    const bare = await say('amina', 'sim-swap', []);
    const late = await send('amina', 'late', bytes('late'));
    for (const id of [said.id, bare.id])
      expect(await refusal(as(c.as('amina'), (tx) => sql`select app.attach_files(${id}, ${[late]}::uuid[])`.execute(tx)))).toBe(
        'conversations.message.not_found',
      );
    for (const who of NAMES)
      for (const act of [
        sql`update app.attachments set name = 'x'`,
        sql`delete from app.attachments`,
        sql`insert into app.attachments (message_id, audience_id, place, name, mime, size, sha256) values (${bare.id}, 2, 1, 'x', 'x', 1, '\\x00')`,
      ])
        await expect(as(c.as(who), (tx) => act.execute(tx))).rejects.toBeTruthy();
  });
});

describe('what waits for a message', () => {
  test('is read by its sender alone, and for a day', async () => {
    const id = await send('amina', 'a', bytes('a'));
    for (const who of NAMES) expect([who, (await as(c.as(who), (tx) => listUploads(tx, [id]))).length]).toEqual([who, who === 'amina' ? 1 : 0]);
    expect(await refusal(as(VISITOR, (tx) => listUploads(tx, [id])))).not.toBe('done');
    for (const who of [...NAMES.map((name) => c.as(name)), VISITOR]) expect(await fetched(who, id)).toBe(404);
    await c.behind(`update app.uploads set created_at = now() - interval '25 hours' where id = $1`, [id]);
    expect(await as(c.as('amina'), (tx) => listUploads(tx, [id]))).toEqual([]);
    expect(await refusal(say('amina', 'sim-swap', [id]))).toBe('files.upload.not_found');
  });
  test('nobody sends in for another, nor with a session that may not write; thirty at most', async () => {
    const put = (actor: Actor, member: string) =>
      refusal(as(actor, (tx) => sql`insert into app.uploads (id, member_id, name, announced) values (${randomUUID()}, ${member}, 'x', 1)`.execute(tx)));
    expect(await put(c.as('eve'), c.member.amina)).not.toBe('done');
    expect(await put((await c.signIn('jonas', ['read'])).actor, c.member.jonas)).not.toBe('done');
    expect(await refusal(as((await c.signIn('jonas', ['read'])).actor, needWriter))).toBe('common.not_allowed');
    expect(await put(VISITOR, c.member.amina)).not.toBe('done');
    for (let i = 0; i < 30; i++) expect(await put(c.as('noor'), c.member.noor)).toBe('done');
    expect(await put(c.as('noor'), c.member.noor)).toBe('files.upload.too_many');
  });
});

describe('hostile files', () => {
  const head = async (name: string, what: Uint8Array) => {
    const said = await say('amina', 'sim-swap', [await send('amina', name, what)]);
    const answer = await answerWithFile(c.as('amina'), said.files[0]!, null);
    return {
      type: answer.headers.get('content-type'),
      saved: answer.headers.get('content-disposition')!.startsWith('attachment'),
      headers: answer.headers,
      body: Buffer.from(await answer.arrayBuffer()),
    };
  };
  test.each([
    ['picture.svg', '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'],
    ['page.html', '<!doctype html><script>alert(1)</script>'],
    ['picture.png', '<!doctype html><script>alert(1)</script>'],
    ['paper.pdf', '%PDF-1.7\n<script>alert(1)</script>'],
    ['polyglot.gif', 'GIF89a/*<script>*/=alert(1)//'],
    ['feed.xml', '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x/>'],
  ])('%s is bytes to be saved, in a sandbox, whatever it calls itself', async (name, what) => {
    const { type, saved, headers } = await head(name, bytes(what));
    expect([type, saved]).toEqual(['application/octet-stream', true]);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'; sandbox");
    expect(headers.get('cache-control')).toBe('private, no-cache');
  });
  test('a picture is drawn anew: no place, no camera, nothing behind its end', async () => {
    const shot = await sharp({ create: { width: 40, height: 20, channels: 3, background: 'red' } })
      .withExif({ IFD0: { Make: 'SpyCam' }, IFD3: { GPSLatitude: '51/1 30/1 0/1' } })
      .jpeg()
      .toBuffer();
    expect(shot.includes('SpyCam')).toBe(true);
    const { type, saved, body } = await head('evil.html', Buffer.concat([shot, bytes('<script>alert(1)</script>')]));
    expect([type, saved]).toEqual(['image/jpeg', false]);
    expect([body.includes('SpyCam'), body.includes('<script>'), (await sharp(body).metadata()).exif]).toEqual([false, false, undefined]);
  });
  test('a picture that unpacks to a huge one is never unpacked; it is only a file', async () => {
    const bomb = await sharp({ create: { width: 6400, height: 6400, channels: 3, background: 'white' } })
      .png({ compressionLevel: 1 })
      .toBuffer();
    expect(await takeIn(bomb)).toMatchObject({ mime: 'application/octet-stream', width: null });
  });
  test.each([
    ['../../etc/passwd', 'passwd'],
    ['..\\..\\boot.ini', 'boot.ini'],
    ['invoice\u202Efdp.exe', 'invoicefdp.exe'],
    ['a\r\nset-cookie: x', 'aset-cookie: x'],
    ['...', 'file'],
    ['', 'file'],
    ['تقرير.pdf', 'تقرير.pdf'],
    [`${'x'.repeat(300)}.pdf`, `${'x'.repeat(196)}.pdf`],
  ])('the name %j becomes %j', (sent, kept) => expect(plainName(sent)).toBe(kept));
  test('too large and empty are refused in words', async () => {
    expect(await refusal(takeIn(new Uint8Array(20 * 1024 * 1024 + 1)))).toBe('files.file.too_large');
    expect(await refusal(takeIn(new Uint8Array(0)))).toBe('files.file.empty');
  });
});
