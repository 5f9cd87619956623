import { lookup } from 'node:dns/promises';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import { config } from '../config.server.ts';
import { isLoopback, isPublicAddress } from './addresses.ts';

/** `closed`: this address is not asked. `silent`: no answer in time. `broken`: no connection, or no proper answer. `large`: more than was allowed. */
export type OutgoingFault = 'closed' | 'silent' | 'broken' | 'large';
export class OutgoingError extends Error {
  readonly fault: OutgoingFault;
  constructor(fault: OutgoingFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.fault = fault;
  }
}

type Options = { method?: string | undefined; headers?: Record<string, string> | undefined; body?: string | Buffer | undefined; ms?: number; bytes?: number };
type Found = { address: string; family: number };

/**
 * The only way out: asks one address of the open internet, over https, and gives back its answer. Redirects are not followed. The name is resolved once,
 * every address found has to be public, and the connection goes to exactly these. What INDABA_OUTGOING_ALLOW names may be private, and on this machine plain http.
 * Refuses with an OutgoingError.
 */
export async function outgoing(address: string | URL, options: Options = {}): Promise<Response> {
  const url = new URL(address);
  const signal = AbortSignal.timeout(options.ms ?? 5_000);
  const silent = new Promise<never>((_, reject) =>
    signal.addEventListener('abort', () => reject(new OutgoingError('silent', `${url.host} did not answer in time`))),
  );
  // Nobody may be waiting any more when the time is over.
  silent.catch(() => undefined);
  const found = await Promise.race([addressesOf(url), silent]);
  return Promise.race([ask(url, found, options, signal), silent]);
}

async function addressesOf(url: URL): Promise<Found[]> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  const allowed = config().outgoingAllow.includes(`${url.hostname}:${port}`);
  if (url.username || url.password || !['https:', 'http:'].includes(url.protocol))
    throw new OutgoingError('closed', `${url.protocol}//${url.host} is not asked`);
  const family = isIP(host);
  const found = family ? [{ address: host, family }] : await lookup(host, { all: true }).catch(() => []);
  if (!found.length) throw new OutgoingError('broken', `${host} is not known`);
  // One private address among public ones is what rebinding looks like: then none is asked.
  if (!allowed && !found.every((one) => isPublicAddress(one.address))) throw new OutgoingError('closed', `${url.host} is not on the open internet`);
  if (url.protocol === 'http:' && !(allowed && found.every((one) => isLoopback(one.address))))
    throw new OutgoingError('closed', `${url.host} is asked over https only`);
  return found;
}

function ask(url: URL, found: Found[], { method = 'GET', headers, body, bytes = 512 * 1024 }: Options, signal: AbortSignal): Promise<Response> {
  return new Promise((resolve, reject) => {
    const broken = (cause: unknown) =>
      reject(cause instanceof OutgoingError ? cause : new OutgoingError('broken', `${url.host} could not be asked`, { cause }));
    const sent = (url.protocol === 'https:' ? requestHttps : requestHttp)(
      url,
      {
        method,
        signal,
        agent: false,
        maxHeaderSize: 16 * 1024,
        headers: {
          ...headers,
          'accept-encoding': 'identity',
          'user-agent': 'Indaba',
          ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
        },
        // Resolved and checked above; asked again, the name might say something else.
        lookup: (_, wanted, done) => (wanted.all ? done(null, found) : done(null, found[0]!.address, found[0]!.family)),
      },
      (answer) => {
        const parts: Buffer[] = [];
        let size = 0;
        answer.on('data', (part: Buffer) => {
          size += part.length;
          if (size > bytes) answer.destroy(new OutgoingError('large', `${url.host} sent more than ${bytes} bytes`));
          else parts.push(part);
        });
        answer.on('error', broken);
        answer.on('end', () => {
          if (answer.headers['content-encoding'] && answer.headers['content-encoding'] !== 'identity') return broken('compressed unasked');
          const status = answer.statusCode ?? 0;
          if (status < 200 || status > 599) return broken(`status ${status}`);
          const told = new Headers();
          for (const [name, value] of Object.entries(answer.headers)) if (typeof value === 'string') told.set(name, value);
          resolve(new Response([204, 205, 304].includes(status) ? null : Buffer.concat(parts), { status, headers: told }));
        });
      },
    );
    sent.on('error', broken);
    sent.end(body);
  });
}
