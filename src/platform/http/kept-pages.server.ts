/** Pages that are the same bytes for everybody who asks alike: kept packed, so that serving one is a look-up and a write. Knows nothing of what a page is. */
import { promisify } from 'node:util';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { brotliCompress, brotliDecompress, constants, gzip } from 'node:zlib';

export type KeptPage = { etag: string; headers: Array<[string, string]>; br: Buffer; gzip: Buffer; tags: readonly string[]; until: number };
export type KeptPages = {
  /** The page under a key, unless it has been dropped or is too old. */
  find(key: string): KeptPage | undefined;
  /** Where the drops stand now: taken before a page is made, given when it is kept. */
  mark(): number;
  /** Packs a page and gives it back packed; keeps it, unless one of its tags was dropped since the mark. */
  keep(
    key: string,
    page: { etag: string; headers: Array<[string, string]>; body: string; tags: readonly string[] },
    mark: number,
  ): Promise<Pick<KeptPage, 'br' | 'gzip'>>;
  /** Forgets every page with this tag. */
  drop(tag: string): void;
  clear(): void;
  readonly bytes: number;
  readonly size: number;
};

const pack = { br: promisify(brotliCompress), gzip: promisify(gzip), unbr: promisify(brotliDecompress) };

/** A store of at most `most` bytes; the page asked for longest ago goes first. A page older than `age` milliseconds is made anew, whatever happened. */
export function keptPages(most = 32 * 1024 * 1024, age = 600_000, now: () => number = Date.now): KeptPages {
  const pages = new Map<string, KeptPage>();
  const dropped = new Map<string, number>();
  let drops = 0;
  let cleared = 0;
  let bytes = 0;
  const sizeOf = (page: KeptPage) => page.br.length + page.gzip.length + 512;
  const remove = (key: string) => {
    const page = pages.get(key);
    if (page && pages.delete(key)) bytes -= sizeOf(page);
  };
  return {
    find(key) {
      const page = pages.get(key);
      if (!page) return undefined;
      if (page.until < now()) {
        remove(key);
        return undefined;
      }
      pages.delete(key);
      pages.set(key, page);
      return page;
    },
    mark: () => drops,
    async keep(key, { etag, headers, body, tags }, mark) {
      const plain = Buffer.from(body);
      // Best packing: made once, sent often, and on a poor line every byte is waited for.
      const params = {
        [constants.BROTLI_PARAM_QUALITY]: 11,
        [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
        [constants.BROTLI_PARAM_SIZE_HINT]: plain.length,
      };
      const [br, zipped] = await Promise.all([pack.br(plain, { params }), pack.gzip(plain, { level: 9 })]);
      if (cleared > mark || tags.some((tag) => (dropped.get(tag) ?? 0) > mark)) return { br, gzip: zipped };
      remove(key);
      const page = { etag, headers, br, gzip: zipped, tags, until: now() + age };
      pages.set(key, page);
      bytes += sizeOf(page);
      for (const oldest of pages.keys()) {
        if (bytes <= most) break;
        remove(oldest);
      }
      return page;
    },
    drop(tag) {
      dropped.set(tag, ++drops);
      for (const [key, page] of pages) if (page.tags.includes(tag)) remove(key);
    },
    clear() {
      cleared = ++drops;
      dropped.clear();
      pages.clear();
      bytes = 0;
    },
    get bytes() {
      return bytes;
    },
    get size() {
      return pages.size;
    },
  };
}

/** The better of the codings a reader takes. */
export function codingOf(accepted: string | null | undefined): 'br' | 'gzip' | undefined {
  if (/\bbr\b(?!\s*;\s*q=0(?:\.0+)?\b)/.test(accepted ?? '')) return 'br';
  return /\bgzip\b(?!\s*;\s*q=0(?:\.0+)?\b)/.test(accepted ?? '') ? 'gzip' : undefined;
}

/** Sends a kept page in the best coding the reader takes, or 304 when they have it. */
export function sendKept(page: KeptPage, request: IncomingMessage, response: ServerResponse): void {
  const head = page.headers.flat();
  if (request.headers['if-none-match']?.split(',').some((tag) => tag.trim().replace(/^W\//, '') === page.etag.replace(/^W\//, ''))) {
    response.writeHead(304, head).end();
    return;
  }
  const coding = codingOf(request.headers['accept-encoding'] as string | undefined);
  const send = (body: Buffer, ...more: string[]) => {
    response.writeHead(200, [...head, 'content-length', String(body.length), ...more]);
    response.end(request.method === 'HEAD' ? undefined : body);
  };
  if (coding) {
    send(page[coding], 'content-encoding', coding);
    return;
  }
  pack.unbr(page.br).then(
    (body) => send(body),
    () => response.destroy(),
  );
}

/** Looks at a request before the application does; true (or a promise of it) when it answered. */
export type Door = (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;
type Hall = { door?: Door };
const HALL = Symbol.for('indaba.kept-pages');
const shared = globalThis as unknown as Record<symbol, Hall | undefined>;

/** Called by the server: from now on the built application, which has modules of its own, may hang a door here. */
export const openHall = (): Hall => (shared[HALL] ??= {});
/** Called by the application: the hall, if the server that runs it has one. */
export const theHall = (): Hall | undefined => shared[HALL];
