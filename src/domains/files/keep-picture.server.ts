import { createHash } from 'node:crypto';
import type { Tx } from '#platform/database/open.server.ts';
import { haveBytes, keepBytes } from './bytes.server.ts';
import { cleanPicture } from './clean-picture.server.ts';

export type KeepPicture = { id: string; audience_id: number; name: string; mime: string; bytes: Uint8Array; byline_id: string };

/** The id of a file that comes with a text: made from where it belongs and what it is, so that the same file keeps its address. */
export function fileIdOf(scope: string, name: string, bytes: Uint8Array): string {
  const hash = createHash('sha256').update(`${scope}\0${name}\0`).update(createHash('sha256').update(bytes).digest()).digest();
  hash[6] = (hash[6]! & 0x0f) | 0x80;
  hash[8] = (hash[8]! & 0x3f) | 0x80;
  const hex = hash.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}

/** Keeps a picture without anything but its pixels; says whether it was there already, is new, or is none that can be shown. */
export async function keepPicture(tx: Tx, input: KeepPicture): Promise<'there' | 'kept' | 'refused'> {
  const there = await tx.selectFrom('app.files').select(['sha256', 'audience_id']).where('id', '=', input.id).executeTakeFirst();
  if (there && haveBytes(there.sha256.toString('hex'))) return 'there';
  const picture = await cleanPicture(input.bytes, input.mime);
  if (!picture) return 'refused';
  const sha256 = Buffer.from(keepBytes(picture.bytes), 'hex');
  const values = { mime: picture.mime, size: String(picture.bytes.length), sha256, width: picture.width, height: picture.height };
  // Bytes that went missing are put back, perhaps drawn by another version of the painter.
  if (there) await tx.updateTable('app.files').set(values).where('id', '=', input.id).execute();
  else {
    const { id, audience_id, name, byline_id } = input;
    await tx
      .insertInto('app.files')
      .values({ id, audience_id, name, byline_id, ...values })
      .execute();
  }
  return 'kept';
}
