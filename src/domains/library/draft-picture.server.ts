import { takeIn } from '#domains/files/take-in.server.ts';
import { SHOWN } from '#domains/files/model.ts';
import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';
import { randomId } from '#platform/ids.ts';
import { randomBytes } from 'node:crypto';

const LARGEST = 10 * 1024 * 1024;
const ENDINGS: Record<string, string> = { 'image/png': 'png', 'image/jpeg': 'jpg', 'image/gif': 'gif', 'image/webp': 'webp', 'image/avif': 'avif' };

export type Picture = { path: string; mime: string; size: number; hash: string; width: number; height: number };
/** `path` is the name by which the text shows it, `address` where it is seen by whoever may. */
export type DraftPicture = { path: string; address: string };

/**
 * Draws a picture that somebody sent anew, so that nothing but pixels stays, and names it: after its file, with an ending that no other has. Outside any transaction.
 * Refuses: files.file.too_large, files.file.empty, library.picture.none.
 */
export async function drawPicture(name: string, bytes: Uint8Array): Promise<Picture> {
  if (bytes.length > LARGEST) throw new Refusal('files.file.too_large', { status: 413, details: { limit: LARGEST / 1024 / 1024 } });
  const { mime, width, height, size, hash } = await takeIn(bytes);
  if (!SHOWN.has(mime) || !width || !height || size > LARGEST) throw new Refusal('library.picture.none');
  const base = name
    .replace(/\.[^.]*$/, '')
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  return { path: `${base || 'picture'}-${randomBytes(4).toString('hex')}.${ENDINGS[mime]}`, mime, size, hash, width, height };
}

/** Keeps a picture of a text that I am writing: mine alone until I propose it. Refuses: library.picture.too_many, library.picture.name_taken, and by policy where I may not propose. */
export async function keepDraftPicture(tx: Tx, spaceId: string, picture: Picture): Promise<DraftPicture> {
  const { hash, size, ...rest } = picture;
  const id = randomId();
  const { rows } = await sql<{ me: string | null }>`select app.me() as me`.execute(tx);
  await tx
    .insertInto('app.draft_pictures')
    .values({ id, member_id: rows[0]?.me ?? '', space_id: spaceId, ...rest, size: String(size), sha256: Buffer.from(hash, 'hex') })
    .execute();
  return { path: picture.path, address: `/files/${id}/${picture.path}` };
}

/** A text with a picture at its end. */
export const withPicture = (text: string, { path }: DraftPicture): string => `${text.trimEnd()}\n\n:::figure{src="${path}" alt=""}\n:::\n`;
