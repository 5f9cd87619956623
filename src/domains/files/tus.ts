/** The words of the tus protocol, version 1.0: what its headers say. */
import { Refusal } from '#platform/errors.ts';

export const TUS = '1.0.0';
export const TUS_TYPE = 'application/offset+octet-stream';

const bad = (header: string): Refusal => new Refusal('files.upload.header', { status: 400, details: { header } });

/** A number of bytes out of a header. Refuses: files.upload.header. */
export function bytesOf(headers: Headers, name: 'Upload-Length' | 'Upload-Offset' | 'Content-Length'): number {
  const text = headers.get(name) ?? '';
  if (!/^\d{1,15}$/.test(text)) throw bad(name);
  return Number(text);
}

/** The name out of Upload-Metadata; everything else in it is what a sender says of a file, and nobody asks that. Refuses: files.upload.header. */
export function nameOf(headers: Headers): string {
  for (const pair of (headers.get('Upload-Metadata') ?? '').split(',')) {
    const [key = '', value = ''] = pair.trim().split(' ');
    if (key !== 'filename' && key !== 'name') continue;
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(value) || value.length > 2_000) throw bad('Upload-Metadata');
    return Buffer.from(value, 'base64').toString('utf8');
  }
  return 'file';
}

/** Asks whether both speak the same version. Refuses: files.upload.version. */
export function sameVersion(headers: Headers): void {
  if (headers.get('Tus-Resumable') !== TUS) throw new Refusal('files.upload.version', { status: 412, details: { version: TUS } });
}
