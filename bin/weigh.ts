/**
 * Weighs a page as a browser's first visit would: the document, its styles, scripts and icon, brotli, with response headers.
 * node bin/weigh.ts <url> [--cookie <value>] [--max <bytes>]
 */
import { request } from 'node:http';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { brotliDecompressSync, constants, brotliCompressSync } from 'node:zlib';

export type Weight = { url: string; kind: 'document' | 'style' | 'script' | 'icon' | 'other'; status: number; headers: number; body: number };

/** Fetches one resource without any cache and counts what came over the wire; a body sent uncompressed is counted as brotli would make it. */
async function weighOne(url: string, kind: Weight['kind'], cookie?: string): Promise<Weight & { text: string }> {
  const { promise, resolve: done, reject } = Promise.withResolvers<Weight & { text: string }>();
  const asked = request(
    url,
    { headers: { 'accept-encoding': 'br', accept: kind === 'document' ? 'text/html' : '*/*', ...(cookie ? { cookie: `indaba=${cookie}` } : {}) } },
    (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        const body = Buffer.concat(parts);
        const packed = response.headers['content-encoding'] === 'br';
        const plain = packed ? brotliDecompressSync(body) : body;
        const sent = packed ? body.length : brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }).length;
        const head = response.rawHeaders.reduce((sum, part) => sum + part.length + 2, 17);
        done({ url, kind, status: response.statusCode ?? 0, headers: head, body: sent, text: plain.toString() });
      });
    },
  );
  asked.on('error', reject);
  asked.end();
  return promise;
}

/** Everything a first visit to `url` fetches, in order. Modules that modules import are followed through modulepreload links only. */
export async function weigh(url: string, cookie?: string): Promise<Weight[]> {
  const page = await weighOne(url, 'document', cookie);
  const wanted = new Map<string, Weight['kind']>();
  for (const [tag] of page.text.matchAll(/<(?:link|script|img)\b[^>]*>/g)) {
    const address = /(?:href|src)="([^"]+)"/.exec(tag)?.[1];
    if (!address || /rel="(?:canonical|alternate|prev|next|manifest)"/.test(tag)) continue;
    wanted.set(
      new URL(address, url).href,
      /rel="stylesheet"/.test(tag) ? 'style' : /<script|modulepreload/.test(tag) ? 'script' : /icon/.test(tag) ? 'icon' : 'other',
    );
  }
  const rest = await Promise.all([...wanted].map(([address, kind]) => weighOne(address, kind, cookie)));
  return [page, ...rest].map(({ text: _, ...weight }) => weight);
}

/** Bytes on the wire, all of it or one kind. */
export const total = (weights: Weight[], kind?: Weight['kind']): number =>
  weights.filter((each) => !kind || each.kind === kind).reduce((sum, each) => sum + each.headers + each.body, 0);

if (process.argv[1] && import.meta.url === pathToFileURL(resolve(process.argv[1])).href) {
  const words = process.argv.slice(2);
  const option = (name: string) => (words.includes(name) ? words.splice(words.indexOf(name), 2)[1] : undefined);
  const cookie = option('--cookie');
  const max = Number(option('--max') ?? Number.POSITIVE_INFINITY);
  const url = words[0];
  if (!url) {
    console.error('usage: node bin/weigh.ts <url> [--cookie <value of the session cookie>] [--max <bytes>]');
    process.exit(2);
  }
  const weights = await weigh(url, cookie);
  for (const { status, kind, headers, body, url: address } of weights)
    console.log(`${String(status)} ${kind.padEnd(8)} ${String(headers).padStart(6)} + ${String(body).padStart(6)}  ${new URL(address).pathname}`);
  console.log(`${weights.length} requests, ${total(weights)} bytes; script ${total(weights, 'script')}, style ${total(weights, 'style')}`);
  if (total(weights) > max) {
    console.error(`More than the ${max} bytes allowed.`);
    process.exit(1);
  }
}
