/** Pictures of a text that is being written: their writer's alone, then of whoever reads the proposal that shows them; and nothing that readers see already is replaced. */
import { sql } from 'kysely';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findFile } from '#domains/files/queries.server.ts';
import { listAssets } from '#domains/library/assets.server.ts';
import { drawPicture, keepDraftPicture, type Picture } from '#domains/library/draft-picture.server.ts';
import { openChangeRequest } from '#domains/library/open-change-request.server.ts';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { newId } from '#platform/ids.ts';
import { CIRCLE, type Cast, cast, NAMES, type Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { ownKeys } from '../support/keys.ts';
import { type MadeSpace, makeSpace, pageText } from '../support/space.ts';

let db: FreshDatabase;
let c: Cast;
let open: MadeSpace;
let circle: MadeSpace;
let drawn: Picture;
beforeAll(async () => {
  db = await freshDatabase();
  await ownKeys(db.owner);
  c = await cast(db);
  open = await makeSpace('rules', 1, { about: pageText('About', 'Words.') });
  circle = await makeSpace('ours', c.audience.circle, { about: pageText('Ours', 'Secret words.') });
  // With a place in it, as telephones write one.
  const photo = await sharp({ create: { width: 40, height: 20, channels: 3, background: '#0b5d4b' } })
    .withExif({ IFD3: { GPSLatitude: '1/1 2/1 3/1' } })
    .jpeg()
    .toBuffer();
  drawn = await drawPicture('Our *Street*.JPG', photo);
});
afterAll(async () => {
  await closePools();
  await db.drop();
});

const named = (path: string): Picture => ({ ...drawn, path });
const keep = (actor: Actor, space: MadeSpace, path: string) =>
  as(actor, (tx) => keepDraftPicture(tx, space.id, named(path))).then(({ address }) => address.split('/')[2] ?? '');
const tried = (actor: Actor, work: (tx: Tx) => Promise<unknown>) =>
  as(actor, work).then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  );
const readers = async (id: string): Promise<string[]> => {
  const found: string[] = [];
  for (const who of NAMES) if (await as(c.as(who), (tx) => findFile(tx, id))) found.push(who);
  if (await as({ kind: 'visitor' }, (tx) => findFile(tx, id))) found.push('visitor');
  return found;
};
const bylineOf = async (who: Name) =>
  (await c.behind<{ id: string }>(`select id from app.bylines where member_id = $1 and kind = 'person'`, [c.member[who]]))[0]!.id;
async function propose(who: Name, space: MadeSpace, text: string): Promise<void> {
  const page_id = space.pages['about'] ?? '';
  const byline_id = await bylineOf(who);
  await as(c.as(who), async (tx) => {
    const { revision_id } = await tx.selectFrom('app.pages').select('revision_id').where('id', '=', page_id).executeTakeFirstOrThrow();
    const page = { action: 'edit' as const, page_id, base_revision_id: revision_id, path: 'about', parent_path: null, position: null, text, retires: [] };
    await openChangeRequest(tx, { space_id: space.id, title: 'With a picture', reason: 'To be seen', retry_key: newId(), byline_id, pages: [page] });
  });
}
const shows = (path: string) => pageText('About', `Words.\n\n:::figure{src="${path}" alt="A street"}\n:::`);

test('it is drawn anew under a name of its own; what is none is refused', async () => {
  expect(drawn).toMatchObject({ mime: 'image/jpeg', width: 40, height: 20, path: expect.stringMatching(/^our-street-[0-9a-f]{8}\.jpg$/) });
  for (const bytes of ['<svg xmlns="http://www.w3.org/2000/svg"/>', '<script>alert(1)</script>', '\x89PNG\r\n\x1a\nnothing'])
    await expect(drawPicture('x.png', Buffer.from(bytes, 'latin1'))).rejects.toMatchObject({ code: 'library.picture.none' });
  await expect(drawPicture('x.png', new Uint8Array(11 * 1024 * 1024))).rejects.toMatchObject({ code: 'files.file.too_large' });
});

test('seen by its writer alone, until a text that shows it is proposed: then by whoever reads that, at the same address', async () => {
  const [mine, other] = [await keep(c.as('mei'), open, 'street-1.jpg'), await keep(c.as('mei'), open, 'other-1.jpg')];
  expect(await readers(mine)).toEqual(['mei']);
  const address = async (actor: Actor) => (await as(actor, (tx) => listAssets(tx, open.id, ':::figure')))('street-1.jpg', 'about')?.src;
  expect([await address(c.as('mei')), await address(c.as('amina')), await address({ kind: 'visitor' })]).toEqual([
    `/files/${mine}/street-1.jpg`,
    undefined,
    undefined,
  ]);
  // Somebody else who guesses its name shows nothing, and takes nothing.
  await propose('amina', open, shows('street-1.jpg'));
  expect(await readers(mine)).toEqual(['mei']);
  await propose('mei', open, shows('street-1.jpg'));
  expect(await readers(mine)).toEqual([...NAMES, 'visitor']);
  expect(await address({ kind: 'visitor' })).toBe(`/files/${mine}/street-1.jpg`);
  expect(await readers(other)).toEqual(['mei']);
});

test('of a space that a circle reads it is never seen outside, nor taken into another space', async () => {
  const id = await keep(c.as('mei'), circle, 'secret-1.jpg');
  await propose('mei', open, shows('secret-1.jpg'));
  expect(await readers(id)).toEqual(['mei']);
  await propose('mei', circle, shows('secret-1.jpg'));
  expect((await readers(id)).sort()).toEqual([...CIRCLE].sort());
});

test('nobody keeps one for another, where they may not propose, by a token that only reads, nor under a name that readers know', async () => {
  for (const who of NAMES)
    expect([who, await tried(c.as(who), (tx) => keepDraftPicture(tx, circle.id, named(`of-${who}.jpg`)))]).toEqual([
      who,
      CIRCLE.includes(who) ? 'done' : expect.not.stringMatching(/^done$/),
    ]);
  expect(await tried({ kind: 'visitor' }, (tx) => keepDraftPicture(tx, open.id, drawn))).not.toBe('done');
  expect(await tried((await c.signIn('mei', ['read'])).actor, (tx) => keepDraftPicture(tx, open.id, drawn))).not.toBe('done');
  const forged = (tx: Tx) =>
    sql`insert into app.draft_pictures (id, member_id, space_id, path, mime, size, sha256, width, height) values (gen_random_uuid(), ${c.member.mei}, ${open.id}, 'forged.jpg', 'image/jpeg', 1, '\\x00', 1, 1)`.execute(
      tx,
    );
  expect(await tried(c.as('eve'), forged)).not.toBe('done');
  await tried(c.as('eve'), (tx) => sql`delete from app.draft_pictures`.execute(tx));
  expect(await c.behind(`select count(*)::int as n from app.draft_pictures where member_id = $1`, [c.member.mei])).not.toEqual([{ n: 0 }]);
  expect(await tried(c.as('amina'), (tx) => keepDraftPicture(tx, open.id, named('street-1.jpg')))).toBe('library.picture.name_taken');
});

test('fifty at most; what no text shows any more makes room after a month', async () => {
  for (let n = (await c.behind<{ n: number }>(`select count(*)::int as n from app.draft_pictures where member_id = $1`, [c.member.pita]))[0]!.n; n < 50; n++)
    await keep(c.as('pita'), open, `p-${n}.jpg`);
  expect(await tried(c.as('pita'), (tx) => keepDraftPicture(tx, open.id, drawn))).toBe('library.picture.too_many');
  await c.behind(`update app.draft_pictures set created_at = now() - interval '31 days' where member_id = $1 and path in ('p-48.jpg', 'p-49.jpg')`, [
    c.member.pita,
  ]);
  await c.behind(`insert into app.page_drafts (id, member_id, space_id, place, fields) values (gen_random_uuid(), $1, $2, $2, '{"text": "p-48.jpg"}')`, [
    c.member.pita,
    open.id,
  ]);
  expect(await tried(c.as('pita'), (tx) => keepDraftPicture(tx, open.id, drawn))).toBe('done');
  expect(await c.behind(`select path from app.draft_pictures where member_id = $1 and path in ('p-48.jpg', 'p-49.jpg')`, [c.member.pita])).toEqual([
    { path: 'p-48.jpg' },
  ]);
});
