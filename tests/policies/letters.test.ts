/** The letter of an application as a file: what is taken, who opens it, and that it is only ever saved. */
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cleanLetter } from '#domains/files/clean-letter.server.ts';
import { savedAnswer } from '#domains/files/saved-answer.server.ts';
import { createToken } from '#domains/people/create-token.server.ts';
import { findApplication } from '#domains/people/joining/applications.server.ts';
import { findLetter, findMyLetter, sendLetter } from '#domains/people/joining/letters.server.ts';
import { findMyApplication } from '#domains/people/joining/my-application.server.ts';
import { keyOf, newSecret, storedHash } from '#domains/people/secrets.server.ts';
import { type Actor, as } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { newId } from '#platform/ids.ts';
import { type Community, plantCommunity } from '../support/people.ts';

let hub: Community;
const actors: Record<string, Actor> = { visitor: { kind: 'visitor' } };
/** lucia and jonas are stewards, desta a focal point, karim a guest, Eve belongs nowhere; token is Lucía's. */
const everyone = ['amina', 'desta', 'jonas', 'mei', 'karim', 'lucia', 'eve', 'visitor', 'token'];
beforeAll(async () => {
  hub = await plantCommunity();
  await hub.behind(`insert into app.hub_roles (member_id, role) values ('${hub.ids.jonas}', 'steward')`);
  for (const slug of everyone.slice(0, -2)) actors[slug] = await hub.be(slug);
  const { token } = await as(actors.lucia!, (tx) => createToken(tx, { name: 'reader', scopes: [], days: 1 }));
  actors.token = { kind: 'person', key: keyOf(token) };
});
afterAll(async () => {
  await closePools();
  await hub.database.drop();
});

const visitor = { kind: 'visitor' } as const;
const file = (bytes: Uint8Array | string, name = 'letter.pdf') => new File([bytes as BlobPart], name);
const pdf = { name: 'letter.pdf', mime: 'application/pdf', bytes: Buffer.from('%PDF-1.7 of ours') };
async function application(domain: string): Promise<{ id: string; links: [string, string] }> {
  const id = newId();
  const links: [string, string] = [newSecret(), newSecret()];
  await hub.behind(
    `insert into app.applications (id, name, kind, mandate, jurisdictions, domain) values ('${id}', 'Office of ${domain}', 'regulator', 'm', array['Norland'], '${domain}')`,
  );
  for (const [at, link] of links.entries())
    await hub.behind(
      `insert into app.application_contacts (application_id, place, name, role, email, token_hash, confirmed_at) values ('${id}', ${at + 1}, 'Ada', 'Head', 'a${at}@${domain}', '\\x${storedHash(keyOf(link)).toString('hex')}', ${at ? 'null' : 'now()'})`,
    );
  return { id, links };
}
const send = (token: string) =>
  as(visitor, (tx) => sendLetter(tx, { token, ...pdf })).then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  );

test('is told by its bytes, not by its name; a picture keeps nothing but its pixels', async () => {
  const picture = await sharp({ create: { width: 4, height: 4, channels: 3, background: 'red' } })
    .withExif({ IFD0: { Artist: 'zyxartist' } })
    .jpeg()
    .toBuffer();
  expect(picture.includes('zyxartist')).toBe(true);
  const clean = await cleanLetter(file(Buffer.concat([picture, Buffer.from('<script>zyxtail</script>')]), 'C:\\scans\\page\u202e1.pdf'));
  expect(clean).toMatchObject({ mime: 'image/jpeg', name: 'page1.jpg' });
  for (const word of ['zyxartist', 'zyxtail']) expect(clean.bytes.includes(word)).toBe(false);
  expect(await cleanLetter(file(pdf.bytes, 'x.html'))).toEqual({ ...pdf, name: 'x.pdf' });
  const refusal = (what: File | null) => cleanLetter(what).then(String, (error: { code: string }) => error.code);
  for (const bad of ['<html>', '<svg xmlns="http://www.w3.org/2000/svg"/>', 'GIF89a', 'MZ'])
    expect(await refusal(file(bad))).toBe('people.application.letter_kind');
  expect(await refusal(file(picture.subarray(0, picture.length / 2)))).toBe('people.application.letter_kind');
  expect(await refusal(file(Buffer.alloc(4_000_001, '%PDF-1.7 ')))).toBe('people.application.letter_large');
  for (const none of [null, file('')]) expect(await refusal(none)).toBe('people.application.letter_none');
});

test('is only ever saved', () => {
  const { headers } = savedAnswer(pdf);
  expect(headers.get('content-disposition')).toMatch(/^attachment; /);
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('cache-control')).toBe('private, no-store');
});

test('is opened by the confirmed contacts of this application and by stewards in a browser, by nobody else', async () => {
  const ours = await application('letters.example');
  const theirs = await application('others.example');
  expect(await send(ours.links[1])).toBe('people.application.not_found');
  expect(await send(newSecret())).toBe('people.application.not_found');
  expect(await send(ours.links[0])).toBe('done');
  const [letter] = (await as(visitor, (tx) => findMyApplication(tx, { token: ours.links[0] })))!.letters;
  expect(letter).toMatchObject({ name: 'letter.pdf', size: pdf.bytes.length, by: 'Ada' });
  const behind = (token: string) => as(visitor, (tx) => findMyLetter(tx, { token, letter: letter!.id }));
  expect((await behind(ours.links[0]))?.bytes).toEqual(pdf.bytes);
  for (const token of [ours.links[1], theirs.links[0], newSecret(), '']) expect(await behind(token)).toBeUndefined();
  expect((await as(visitor, (tx) => findMyApplication(tx, { token: ours.links[1] })))!.letters).toEqual([]);

  const able: string[] = [];
  for (const who of everyone) if (await as(actors[who]!, (tx) => findLetter(tx, { id: ours.id, letter: letter!.id })).catch(() => undefined)) able.push(who);
  expect(able).toEqual(['jonas', 'lucia']);
  expect((await as(actors.token!, (tx) => findApplication(tx, ours.id)))?.letters ?? []).toEqual([]);
  expect(await as(actors.lucia!, (tx) => findLetter(tx, { id: theirs.id, letter: letter!.id }))).toBeUndefined();
  // Nobody vets their own house.
  await hub.behind(`update app.applications set name = 'indaba secretariat' where id = '${ours.id}'`);
  expect(await as(actors.lucia!, (tx) => findLetter(tx, { id: ours.id, letter: letter!.id }))).toBeUndefined();
  expect((await as(actors.jonas!, (tx) => findLetter(tx, { id: ours.id, letter: letter!.id })))?.bytes).toEqual(pdf.bytes);
});

test('three are enough, none after the end, and they go with the application', async () => {
  const { id, links } = await application('three.example');
  for (const answer of ['done', 'done', 'done', 'people.application.letters_full']) expect(await send(links[0])).toBe(answer);
  await hub.behind(`update app.applications set ended_at = now(), ended_as = 'withdrawn' where id = '${id}'`);
  expect(await send(links[0])).toBe('people.application.not_found');
  await hub.behind(`delete from app.applications where id = '${id}'`);
  expect(await hub.behind(`select 1 from app.application_letters where application_id = '${id}'`)).toEqual([]);
});
