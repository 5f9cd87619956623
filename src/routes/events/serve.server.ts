import { longPoll, openStream } from '#domains/activity/stream.server.ts';
import { openLine } from '#domains/library/together/line.server.ts';
import type { Actor } from '#platform/database/open.server.ts';

const WAIT = 25_000;

/** The live stream of somebody known: server-sent events, or with `?poll=1` the same frames as JSON. What a token's scopes keep back is kept back here too. */
export async function serveEvents(actor: Actor & { kind: 'person' }, request: Request, url: URL): Promise<Response> {
  const after = request.headers.get('last-event-id') ?? url.searchParams.get('after');
  if (url.searchParams.has('poll')) {
    const answer = await longPoll(actor.key, after, WAIT, request.signal);
    return answer ? Response.json(answer, { headers: { 'cache-control': 'no-store' } }) : new Response(null, { status: 401 });
  }
  const draft = url.searchParams.get('draft');
  // The line of one shared draft: a window of its own has it open, and no other needs its keystrokes.
  const line =
    draft !== null && /^[0-9a-f-]{36}$/.test(draft) ? openLine(actor.key, draft, Math.max(0, Number(url.searchParams.get('number')) || 0)) : undefined;
  return new Response(line ?? openStream(actor.key, after), {
    headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'private, no-store, no-transform', 'x-accel-buffering': 'no' },
  });
}
