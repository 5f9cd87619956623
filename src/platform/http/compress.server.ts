import type { IncomingMessage, ServerResponse } from 'node:http';
import { brotliCompress, constants, createBrotliCompress, createGzip, gzip, type BrotliOptions } from 'node:zlib';

const SMALL = 700;
const TEXT = /^(text\/(?!event-stream)|application\/(json|[\w.-]+\+json|javascript|manifest\+json|xml|[\w.-]+\+xml|yaml)|image\/svg\+xml)/i;
const brotli = (size: number): BrotliOptions => ({
  params: {
    [constants.BROTLI_PARAM_QUALITY]: 5,
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    ...(size ? { [constants.BROTLI_PARAM_SIZE_HINT]: size } : {}),
  },
});
type Write = (chunk: unknown, ...rest: unknown[]) => boolean;

/**
 * Makes the response compress what it sends when the reader takes brotli or gzip and the content is text. Event streams,
 * short answers and what is compressed already pass untouched. A body of known length is compressed whole, a stream flushes each chunk.
 */
export function compressing(request: IncomingMessage, response: ServerResponse): void {
  const accepted = String(request.headers['accept-encoding'] ?? '');
  const coding = /\bbr\b(?!\s*;\s*q=0(?:\.0+)?\b)/.test(accepted) ? 'br' : /\bgzip\b(?!\s*;\s*q=0(?:\.0+)?\b)/.test(accepted) ? 'gzip' : undefined;
  const original = { writeHead: response.writeHead, write: response.write, end: response.end };
  const restore = () => Object.assign(response, original);

  const decide = (): 'whole' | 'stream' | undefined => {
    const type = String(response.getHeader('content-type') ?? '');
    if (!TEXT.test(type) || response.hasHeader('content-encoding')) return undefined;
    if (/no-transform/.test(String(response.getHeader('cache-control') ?? ''))) return undefined;
    if (!/accept-encoding/i.test(String(response.getHeader('vary') ?? ''))) response.appendHeader('vary', 'accept-encoding');
    const known = response.getHeader('content-length');
    const status = response.statusCode;
    if (!coding || request.method === 'HEAD' || status < 200 || status === 204 || status === 206 || status === 304) return undefined;
    if (known !== undefined && Number(known) < SMALL) return undefined;
    return known === undefined ? 'stream' : 'whole';
  };

  const begin = (): void => {
    restore();
    const way = decide();
    if (!way || !coding) return;
    response.setHeader('content-encoding', coding);
    response.removeHeader('accept-ranges');
    if (way === 'whole') sendWhole(response, coding, Number(response.getHeader('content-length')));
    else sendStream(response, coding);
  };

  response.writeHead = ((status: number, ...rest: unknown[]) => {
    response.statusCode = status;
    const headers = rest.findLast((each) => typeof each === 'object' && each !== null) as Record<string, string> | undefined;
    for (const [name, value] of Object.entries(headers ?? {})) if (value !== undefined) response.setHeader(name, value);
    begin();
    // A head that is sent at once would name the wrong length; it goes out with the first bytes.
    return response;
  }) as typeof response.writeHead;
  response.write = ((...args: Parameters<Write>) => {
    begin();
    return (response.write as Write)(...args);
  }) as typeof response.write;
  response.end = ((...args: unknown[]) => {
    begin();
    return (response.end as (...args: unknown[]) => unknown)(...args);
  }) as typeof response.end;
}

function sendWhole(response: ServerResponse, coding: 'br' | 'gzip', size: number): void {
  const original = { write: response.write, end: response.end };
  const chunks: Buffer[] = [];
  const keep = (chunk: unknown, encoding?: unknown) => {
    if (chunk !== undefined && chunk !== null && typeof chunk !== 'function')
      chunks.push(
        typeof chunk === 'string' ? Buffer.from(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8') : Buffer.from(chunk as Uint8Array),
      );
  };
  response.write = ((chunk: unknown, encoding: unknown) => {
    keep(chunk, encoding);
    return true;
  }) as typeof response.write;
  response.end = ((chunk?: unknown, encoding?: unknown) => {
    keep(chunk, encoding);
    Object.assign(response, original);
    const body = Buffer.concat(chunks);
    const done = (error: Error | null, packed: Buffer) => {
      if (response.destroyed) return;
      if (error) response.removeHeader('content-encoding');
      const bytes = error ? body : packed;
      response.setHeader('content-length', bytes.length);
      response.end(bytes);
    };
    if (coding === 'br') brotliCompress(body, brotli(size), done);
    else gzip(body, done);
    return response;
  }) as typeof response.end;
}

function sendStream(response: ServerResponse, coding: 'br' | 'gzip'): void {
  const write = response.write.bind(response);
  const end = response.end.bind(response);
  const packer = coding === 'br' ? createBrotliCompress(brotli(0)) : createGzip();
  const flushing = coding === 'br' ? constants.BROTLI_OPERATION_FLUSH : constants.Z_SYNC_FLUSH;
  packer.on('data', (chunk) => {
    if (write(chunk) === false) packer.pause();
  });
  packer.on('end', () => end());
  packer.on('error', () => response.destroy());
  response.on('drain', () => packer.resume());
  response.on('close', () => packer.destroy());
  response.write = ((chunk: Buffer | string) => {
    const more = packer.write(chunk);
    packer.flush(flushing);
    if (!more) packer.once('drain', () => response.emit('drain'));
    return more;
  }) as typeof response.write;
  response.end = ((chunk?: Buffer | string) => {
    packer.end(typeof chunk === 'function' ? undefined : chunk);
    return response;
  }) as typeof response.end;
}
