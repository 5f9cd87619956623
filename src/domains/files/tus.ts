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

/** What Upload-Metadata says of the file: its name, and who is meant to send it in, where a page says so. Nobody asks what else it says. Refuses: files.upload.header. */
export function saidOf(headers: Headers): { name: string; writer: string } {
  const said = new Map<string, string>();
  for (const pair of (headers.get('Upload-Metadata') ?? '').split(',')) {
    const [key = '', value = ''] = pair.trim().split(' ');
    if (!/^(file)?name$|^written_by$/.test(key) || said.has(key)) continue;
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(value) || value.length > 2_000) throw bad('Upload-Metadata');
    said.set(key, Buffer.from(value, 'base64').toString('utf8'));
  }
  return { name: said.get('filename') ?? said.get('name') ?? 'file', writer: said.get('written_by') ?? '' };
}

/** Asks whether both speak the same version. Refuses: files.upload.version. */
export function sameVersion(headers: Headers): void {
  if (headers.get('Tus-Resumable') !== TUS) throw new Refusal('files.upload.version', { status: 412, details: { version: TUS } });
}
