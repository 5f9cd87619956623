/** What one process takes of a request before anything of it is done: its body, and how often it comes. The numbers: src/platform/limits.ts. */
import type { RequestEvent } from '@sveltejs/kit';
import { needWriter } from '#domains/files/keep-upload.server.ts';
import { networkOf } from '#domains/people/network.ts';
import { config } from '#platform/config.server.ts';
import { as } from '#platform/database/open.server.ts';
import { buckets } from '#platform/http/buckets.ts';
import type { LimitName, Limits } from '#platform/limits.ts';
import { refusedPage, refusedProblem } from '#ui/refused-page.server.ts';

type Name = Extract<LimitName, `${string}body-bytes`>;

/** Routes whose bodies may be larger than a form's usually are; every other route, also one that does not exist, takes `body-bytes`. */
export const largerBodies: Record<string, Name> = {
  '/library/[space]/[...path]/change': 'page-body-bytes',
  '/changes/[space]/new': 'page-body-bytes',
  '/changes/[space]/[number]/edit': 'page-body-bytes',
  '/changes/preview': 'page-body-bytes',
  '/library/[space]/comments/import': 'page-body-bytes',
  '/apply/[token]': 'page-body-bytes',
  '/api/v1/[...path]': 'api-body-bytes',
};

/** Routes whose form may carry files: of a message, or a picture for a text. */
export const withFiles = new Set([
  '/channels/[slug]',
  '/channels/[slug]/[thread]',
  '/messages/[id]',
  '/library/[space]/[...path]/talk',
  '/library/[space]/comments/[id]',
  '/changes/[space]/[number]',
  '/c/[code]',
  '/changes/pictures',
]);
/** Routes that read their bodies themselves, as they arrive and onto the disk, and keep what came when the line breaks; what is too much was announced before, and refused. */
export const inPieces = new Set(['/files/uploads', '/files/uploads/[id]', '/api/v1/uploads', '/api/v1/uploads/[id]']);
// Such bodies are held in memory while they arrive: so many at a time, each of somebody who may write.
const AT_ONCE = 6;
let arriving = 0;

/** Is this a form with files of somebody who may send some in? Nobody else's is read beyond what a form usually has. */
async function carriesFiles({ request, route, locals }: RequestEvent): Promise<boolean> {
  if (!withFiles.has(route.id ?? '') || locals.actor.kind !== 'person' || !/^multipart\/form-data/i.test(request.headers.get('content-type') ?? ''))
    return false;
  return as(locals.actor, needWriter).then(
    () => true,
    () => false,
  );
}

/** The bytes a body sent to this route may have. */
export const bodyLimit = (route: string | null, limits: Limits): number => limits[largerBodies[route ?? ''] ?? 'body-bytes'];

// One store per kind, so that inventing sessions never empties the buckets of networks.
const sessions = buckets();
const networks = buckets();

/** Seconds until this may be done; 0 when it may be done now. A cookie nobody checked yet is a name for a bucket, hence the network is always counted beside it. */
function secondsToWait({ request, route, locals, getClientAddress }: RequestEvent, limits: Limits): number {
  const reading = request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS';
  const own: LimitName = route.id?.endsWith('/events') ? 'streams' : route.id === '/changes/preview' ? 'previews' : reading ? 'reads' : 'writes';
  const network = networkOf(getClientAddress());
  const waits = [networks.take(`${reading} ${network}`, limits[reading ? 'address-reads' : 'address-writes'])];
  if (route.id === '/search/suggest') waits.push(networks.take(`suggest ${network}`, limits['address-suggestions']));
  if (locals.actor.kind === 'person') waits.push(sessions.take(`${own} ${locals.actor.key}`, limits[own]));
  return Math.max(...waits);
}

/** Answers 413 or 429, or undefined when the request may go on; then its body has been read whole, so that nothing waits for a slow line with a transaction open. */
export async function withinLimits(event: RequestEvent): Promise<Response | undefined> {
  const { limits } = config();
  const wait = secondsToWait(event, limits);
  const { request } = event;
  if (request.body && !inPieces.has(event.route.id ?? '')) {
    const files = await carriesFiles(event);
    if (files && arriving >= AT_ONCE) return refusal(event, 429, 'common.rate.too_often', { seconds: 10 }, { 'retry-after': '10', connection: 'close' });
    if (files) arriving++;
    const most = files ? limits['files-body-bytes'] : bodyLimit(event.route.id, limits);
    const body = await readBody(request, most)
      .catch(() => undefined)
      .finally(() => files && arriving--);
    // The line broke or was cut for being slow: nobody is there to read an answer.
    if (!body) return new Response(null, { status: 400, headers: { connection: 'close' } });
    if (body === 'too large' && files) return refusal(event, 413, 'files.body.too_large', { limit: Math.floor(most / 1024 / 1024) }, { connection: 'close' });
    if (body === 'too large') return refusal(event, 413, 'common.body.too_large', { limit: Math.floor(most / 1024) }, { connection: 'close' });
    Object.assign(event, { request: new Request(request.url, { method: request.method, headers: request.headers, body, signal: request.signal }) });
  }
  return wait ? refusal(event, 429, 'common.rate.too_often', { seconds: wait }, { 'retry-after': String(wait) }) : undefined;
}

// What is sent beyond the limit is thrown away for a moment, because a line closed under a sender loses the answer.
const THROWN_AWAY = 8 * 1024 * 1024;
const PATIENCE = 3_000;

async function readBody(request: Request, most: number): Promise<Uint8Array<ArrayBuffer> | 'too large'> {
  const said = Number(request.headers.get('content-length') ?? 0);
  if (said > most + THROWN_AWAY) return 'too large';
  const reader = request.body!.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  let late: Promise<'late'> | undefined;
  for (;;) {
    const over = said > most || size > most;
    if (over) late ??= new Promise((resolve) => setTimeout(resolve, PATIENCE, 'late' as const).unref());
    const next = await (late ? Promise.race([reader.read(), late]) : reader.read());
    if (next === 'late') return 'too large';
    if (next.done) return over ? 'too large' : new Uint8Array(Buffer.concat(chunks, size));
    size += next.value.length;
    if (size > most + THROWN_AWAY) return 'too large';
    if (said <= most && size <= most) chunks.push(next.value);
    else chunks.length = 0;
  }
}

async function refusal(event: RequestEvent, status: number, code: string, details: Record<string, number>, headers: Record<string, string>): Promise<Response> {
  const { request, locals, url } = event;
  // A browser that is refused a stream never asks again; one that is told when to come back does.
  if (status === 429 && event.route.id === '/events' && !url.searchParams.has('poll')) {
    const body = `retry: ${Number(details['seconds']) * 1_000 + Math.floor(Math.random() * 5_000)}\n: too often\n\n`;
    return new Response(body, {
      headers: { ...headers, 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'private, no-store, no-transform' },
    });
  }
  if (locals.path.startsWith('/api/') || !request.headers.get('accept')?.includes('text/html'))
    return refusedProblem(status, code, details, locals.requestId, headers);
  const form = status === 429 && /form/.test(request.headers.get('content-type') ?? '') ? await request.formData().catch(() => undefined) : undefined;
  return refusedPage({ status, code, details, headers, locale: locals.locale, address: url.pathname + url.search, form });
}
