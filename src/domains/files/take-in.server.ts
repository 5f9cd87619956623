import { fileTypeFromBuffer } from 'file-type';
import { Refusal } from '#platform/errors.ts';
import { keepBytes } from './bytes.server.ts';
import { cleanPicture } from './clean-picture.server.ts';
import { FILE_LIMIT, SHOWN } from './model.ts';

export type Taken = { mime: string; size: number; hash: string; width: number | null; height: number | null };

/**
 * Takes in bytes that somebody sent: says from the bytes themselves what they are, draws pictures anew, keeps the rest as it is, never to be shown.
 * What its sender called it is asked nowhere. Refuses: files.file.too_large, files.file.empty.
 */
export async function takeIn(bytes: Uint8Array): Promise<Taken> {
  if (bytes.length > FILE_LIMIT) throw new Refusal('files.file.too_large', { status: 413, details: { limit: FILE_LIMIT / 1024 / 1024 } });
  if (bytes.length === 0) throw new Refusal('files.file.empty');
  const mime = await sniff(bytes);
  const picture = SHOWN.has(mime) ? await cleanPicture(bytes, mime) : undefined;
  // What calls itself a picture and cannot be drawn is only a file.
  const kept = picture?.bytes ?? bytes;
  return {
    mime: picture || !SHOWN.has(mime) ? mime : 'application/octet-stream',
    size: kept.length,
    hash: keepBytes(kept),
    width: picture?.width ?? null,
    height: picture?.height ?? null,
  };
}

async function sniff(bytes: Uint8Array): Promise<string> {
  try {
    return (await fileTypeFromBuffer(bytes))?.mime ?? 'application/octet-stream';
  } catch {
    return 'application/octet-stream';
  }
}
