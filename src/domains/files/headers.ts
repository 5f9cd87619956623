import { SHOWN } from './model.ts';
import type { StoredFile } from './queries.server.ts';

/**
 * What a file's answer says about it. Pictures are shown, everything else is only saved; what not everybody may read is asked for
 * anew each time, what everybody may read never changes under its id.
 */
export function fileHeaders(file: StoredFile): Record<string, string> {
  const plain = file.name.replace(/[^\w.-]+/g, '_');
  return {
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
    // Only a picture that was drawn here says what it is: whatever else it may be, it is bytes to be saved.
    'content-type': SHOWN.has(file.mime) ? file.mime : 'application/octet-stream',
    'content-disposition': `${SHOWN.has(file.mime) ? 'inline' : 'attachment'}; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(file.name).replace(/['()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`)}`,
    'cache-control': file.open ? 'public, max-age=31536000, immutable' : 'private, no-cache',
    etag: `"${file.hash}"`,
    ...(!file.open && { vary: 'Cookie' }),
  };
}
