/** Shapes and pure rules of files that come with messages; the browser may import this file. */

/** The most bytes a file of a message may have, and how many files a message. The table app.uploads holds the first, app.attach_files() the second. */
export const FILE_LIMIT = 20 * 1024 * 1024;
export const FILES_LIMIT = 10;
/** The most bytes that the files of unsent messages may have together, to rest in a browser. */
export const WAITING_LIMIT = 50 * 1024 * 1024;

/** A file as whoever reads its message is told of it. */
export type Attachment = { id: string; name: string; mime: string; size: number; width: number | null; height: number | null };

/** Pictures that are drawn anew when they come, and shown. */
export const SHOWN: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif']);

/** A name as it was sent, made one that is only a name: no folders, nothing invisible, nothing that turns the direction of what follows. */
export function plainName(name: string): string {
  const last = name.normalize('NFC').split(/[\\/]/).at(-1) ?? '';
  const seen = last
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '')
    .replace(/\s+/g, ' ')
    .replace(/^[. ]+|[. ]+$/g, '');
  if (seen.length <= 200) return seen || 'file';
  const end = /\.[^.]{1,12}$/.exec(seen)?.[0] ?? '';
  return seen.slice(0, 200 - end.length).replace(/[\uD800-\uDBFF]$/, '') + end;
}

/** A size in the largest unit that leaves a number above one: 812 B, 45 KB, 1.2 MB. */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 999_500 ? `${Math.round(bytes / 1000)} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
