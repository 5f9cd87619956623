import type { StoredFile } from './queries.server.ts';

const SHOWN = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif']);

/**
 * What a file's answer says about it. Pictures are shown, everything else is only saved; what not everybody may read is asked for
 * anew each time, what everybody may read never changes under its id.
 */
export function fileHeaders(file: StoredFile): Record<string, string> {
  const plain = file.name.replace(/[^\w.-]+/g, '_');
  return {
    'x-content-type-options': 'nosniff',
    'content-disposition': `${SHOWN.has(file.mime) ? 'inline' : 'attachment'}; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(file.name).replace(/['()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`)}`,
    'cache-control': file.open ? 'public, max-age=31536000, immutable' : 'private, no-cache',
    etag: `"${file.hash}"`,
    ...(!file.open && { vary: 'Cookie' }),
  };
}
