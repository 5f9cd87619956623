/** The cached visitor page: what a visitor gets, kept as bytes per address and language. Decision: docs/decisions/0008-cached-visitor-page.md */
import type { IncomingMessage } from 'node:http';
import type { RequestEvent } from '@sveltejs/kit';
import { sessionCookieName } from '#domains/people/cookie.server.ts';
import { watchLibrary } from '#domains/library/freshness.server.ts';
import { theBus } from '#platform/bus/bus.server.ts';
import { codingOf, keptPages, sendKept, theHall } from '#platform/http/kept-pages.server.ts';
import { onSettings } from '#platform/settings/values.server.ts';
import { splitLocale } from '#ui/locale.ts';
import { negotiate, offeredLocales } from '#ui/locale.server.ts';

const pages = keptPages();
const library = watchLibrary((spaces) => {
  if (spaces === null) return pages.clear();
  for (const id of spaces) pages.drop(`space:${id}`);
  pages.drop('library');
});

/** Everything the bytes depend on: the address with its language prefix, and the language itself. There is no theme: style sheets ask the reader's system. */
const keyOf = (pathname: string, locale: string) => `${locale} ${pathname}`;

const cookieOf = (header: string, name: string) =>
  header
    .split(/;\s*/)
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1);

/** The key of what this request asks for; undefined when it is not a visitor's plain reading. */
function keyOfRequest(request: IncomingMessage): string | undefined {
  const { method, url = '/', headers } = request;
  if ((method !== 'GET' && method !== 'HEAD') || url.includes('?') || headers.authorization) return undefined;
  const cookies = headers.cookie ?? '';
  if (cookieOf(cookies, sessionCookieName())) return undefined;
  const { locale: asked } = splitLocale(url);
  const spoken = negotiate(cookieOf(cookies, 'indaba_locale'), headers['accept-language'] ?? null);
  // A language asked for by its address is remembered in a cookie: that answer is the application's.
  if (asked && (asked !== spoken || !offeredLocales().includes(asked))) return undefined;
  return keyOf(url, spoken);
}

/** Hangs the door before the application; does nothing where the server has no hall for it (development). */
export function keepVisitorPages(): void {
  const hall = theHall();
  if (!hall) return;
  const stop = theBus().onWake(library.wake);
  // Name, mark, colour and languages stand on every page.
  onSettings(() => pages.clear());
  const stops = ((globalThis as Record<symbol, unknown>)[Symbol.for('indaba.shutdown')] ??= []) as Array<() => Promise<void>>;
  stops.push(async () => {
    stop();
    hall.door = undefined;
    pages.clear();
  });
  hall.door = (request, response) => {
    const key = keyOfRequest(request);
    if (!key || !pages.find(key)) return false;
    const answer = () => {
      const page = pages.find(key);
      if (page && !response.destroyed) sendKept(page, request, response);
      return page !== undefined;
    };
    const checking = library.check();
    return checking ? checking.then(answer) : answer();
  };
}

// One's own number and cookies are nobody else's.
const personal = /^(?:set-cookie|x-request-id|x-sveltekit-page|content-length|content-encoding|date|connection)$/;

/** Wraps the making of an answer: keeps it when it is a visitor's page that said it may be kept. */
export async function keeping(event: RequestEvent, make: () => Promise<Response>): Promise<Response> {
  const { request, url, locals } = event;
  if (!theHall()?.door || request.method !== 'GET' || locals.actor.kind !== 'visitor' || url.search) return make();
  await library.check();
  const mark = pages.mark();
  const response = await make();
  const etag = response.headers.get('etag');
  if (!locals.keep || response.status !== 200 || !etag || response.headers.has('set-cookie')) return response;
  const body = await response.text();
  const headers = [...response.headers]
    .filter(([name]) => !personal.test(name))
    .map(([name, value]): [string, string] => [name, name === 'vary' ? `${value}, accept-encoding` : value]);
  const page = await pages.keep(keyOf(url.pathname, locals.locale), { etag, headers, body, tags: locals.keep }, mark);
  // Even the first to ask gets the best packing, which the server then leaves alone.
  const coding = codingOf(request.headers.get('accept-encoding'));
  if (!coding) return new Response(body, { headers: response.headers });
  response.headers.set('content-encoding', coding);
  response.headers.set('content-length', String(page[coding].length));
  response.headers.append('vary', 'accept-encoding');
  return new Response(new Uint8Array(page[coding]), { headers: response.headers });
}
