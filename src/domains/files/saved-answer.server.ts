import { fileHeaders } from './headers.ts';
import { createHash } from 'node:crypto';

/** The answer that hands over bytes to be saved, never shown, and kept by no cache. */
export function savedAnswer({ name, mime, bytes }: { name: string; mime: string; bytes: Buffer }): Response {
  const headers = fileHeaders({
    name,
    mime: 'application/octet-stream',
    size: bytes.length,
    hash: createHash('sha256').update(bytes).digest('hex'),
    open: false,
  });
  return new Response(new Uint8Array(bytes), {
    headers: { ...headers, 'cache-control': 'private, no-store', 'content-type': mime, 'content-length': String(bytes.length) },
  });
}
