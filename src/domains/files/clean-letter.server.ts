import { fileTypeFromBuffer } from 'file-type';
import { Refusal } from '#platform/errors.ts';
import { cleanPicture } from './clean-picture.server.ts';

export type CleanLetter = { name: string; mime: string; bytes: Buffer };

const MOST = 4_000_000;
const KINDS = ['application/pdf', 'image/png', 'image/jpeg', 'image/webp'];
const NAMELESS = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}<>]/gu;

/**
 * A letter out of a form: told by its bytes, never by its name; of a picture only the pixels are kept, a PDF stays as it is.
 * Refuses with people.application.letter_none, .letter_large (4 MB), .letter_kind.
 */
export async function cleanLetter(file: FormDataEntryValue | null): Promise<CleanLetter> {
  if (!(file instanceof File) || !file.size) throw new Refusal('people.application.letter_none');
  if (file.size > MOST) throw new Refusal('people.application.letter_large');
  const given = Buffer.from(await file.arrayBuffer());
  const type = await fileTypeFromBuffer(given);
  if (!type || !KINDS.includes(type.mime)) throw new Refusal('people.application.letter_kind');
  const bytes = type.mime === 'application/pdf' ? given : (await cleanPicture(given, type.mime))?.bytes;
  if (!bytes) throw new Refusal('people.application.letter_kind');
  if (bytes.length > 2 * MOST) throw new Refusal('people.application.letter_large');
  const plain =
    (file.name.split(/[\\/]/).pop() ?? '')
      .replace(NAMELESS, '')
      .replace(/\.[^.]*$/, '')
      .trim()
      .slice(0, 110) || 'letter';
  return { name: `${plain}.${type.ext}`, mime: type.mime, bytes };
}
