import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import * as v from 'valibot';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { plainFormerMembers } from '#domains/people/former-member.ts';
import { Refusal } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { parse } from '#platform/input.ts';
import { type Call, type Method, type Operation, placeOf } from './operation.server.ts';
import { operations } from './operations/index.server.ts';
import { ask } from '../../search/ask.server.ts';
import { problem } from './problem.server.ts';

const largest = 1_000_000;
const routes = operations.map((operation) => ({ operation, pattern: patternOf(operation.path) }));
const uuid = v.pipe(v.string(), v.uuid());

type Asked = { actor: Actor; request: Request; url: URL; path: string; requestId: string; address: string };

/** Answers one call of /api/v1: finds the operation, checks what came in, runs it as whoever asks, in one transaction. */
export async function serve({ actor, request, url, path, requestId, address }: Asked): Promise<Response> {
  try {
    const found = match(request.method as Method, path);
    const call = await read(found, request, url);
    const run = async (tx: Tx) => {
      if (actor.kind === 'person') await checkToken(tx);
      const wanted = request.headers.get('if-match');
      if (wanted && wanted !== '*' && found.operation.current && tagOf(await found.operation.current(tx, call)) !== wanted)
        throw new Refusal('api.stale', { status: 412 });
      return found.operation.run(tx, call);
    };
    const result = found.operation.onTheStep ? await ask({ locals: { actor }, getClientAddress: () => address }, 'search', run) : await as(actor, run);
    return answer(found.operation.method, result, request, actor);
  } catch (error) {
    return problem(await reasonOf(error, actor, request.method), requestId);
  }
}

/** Whoever has not accepted the present terms is told so, where a write was refused; the database had refused it already. */
async function reasonOf(error: unknown, actor: Actor, method: string): Promise<unknown> {
  if (!(error instanceof Refusal) || actor.kind !== 'person' || method === 'GET' || (error.status !== 404 && error.status !== 403)) return error;
  const { rows } = await as(actor, (tx) => sql<{ must: boolean }>`select app.must_agree() as must`.execute(tx));
  return rows[0]?.must ? new Refusal('govern.agreement.needed', { status: 403 }) : error;
}

function match(method: Method, path: string): { operation: Operation; params: Record<string, string> } {
  const here = routes.flatMap(({ operation, pattern }) => {
    const found = pattern.exec(path);
    return found ? [{ operation, params: { ...found.groups } }] : [];
  });
  // Fixed words come before places: /people/me is not a member called "me".
  const found = here.filter(({ operation }) => operation.method === method).sort((a, b) => places(a.operation) - places(b.operation))[0];
  if (found) return found;
  throw here.length ? new Refusal('api.method_not_allowed', { status: 405 }) : new Refusal('common.not_found', { status: 404 });
}

const places = ({ path }: Operation): number => path.split('{').length;

function patternOf(path: string): RegExp {
  const parts = path.split('/').map((part) => part.replace(/^\{(\w+)\}$/, (_, name: string) => (name === 'path' ? '(?<path>.+)' : `(?<${name}>[^/]+)`)));
  return new RegExp(`^${parts.join('/')}$`);
}

async function read({ operation, params }: { operation: Operation; params: Record<string, string> }, request: Request, url: URL): Promise<Call> {
  const limit = Number(url.searchParams.get('limit') ?? 50);
  if (!Number.isInteger(limit) || limit < 1 || limit > 500) throw new Refusal('api.limit', { details: { errors: [{ path: 'limit', code: 'api.limit' }] } });
  const key = request.headers.get('idempotency-key');
  if (key !== null && !v.is(uuid, key))
    throw new Refusal('api.idempotency_key', { details: { errors: [{ path: 'Idempotency-Key', code: 'api.idempotency_key' }] } });
  const decoded = Object.fromEntries(Object.entries(params).map(([name, value]) => [name, decode(value)]));
  const input = operation.input ? parse(operation.input, onlyKnown(operation.input, await bodyOf(request))) : undefined;
  return { params: decoded, query: url.searchParams, input, retryKey: key ?? newId(), page: { limit, after: placeOf(url.searchParams.get('cursor')) } };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Refusal('common.not_found', { status: 404 });
  }
}

async function bodyOf(request: Request): Promise<unknown> {
  if (!/^application\/(merge-patch\+)?json\b/.test(request.headers.get('content-type') ?? '')) throw new Refusal('api.not_json', { status: 415 });
  const text = await request.text();
  if (text.length > largest) throw new Refusal('api.too_large', { status: 413, details: { limit: largest } });
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal('api.not_json', { status: 400 });
  }
}

/** A field nobody reads is a misunderstanding, and a dangerous one where it was meant as a handling label: it is refused, not dropped. */
function onlyKnown(schema: v.GenericSchema, body: unknown): unknown {
  const known = 'entries' in schema ? Object.keys(schema.entries as object) : undefined;
  const unknown = known && body && typeof body === 'object' ? Object.keys(body).filter((name) => !known.includes(name)) : [];
  if (unknown.length) throw new Refusal('api.unknown_field', { details: { errors: unknown.map((path) => ({ path, code: 'api.unknown_field' })), known } });
  return body;
}

/** A key that opens nothing is said so; a browser's cookie is no token. */
export async function checkToken(tx: Tx): Promise<void> {
  const { rows } = await sql<{ fine: boolean }>`select app.me() is not null and not app.in_browser() as fine`.execute(tx);
  if (!rows[0]?.fine) throw new Refusal('api.token', { status: 401 });
  await sql`select app.note_token_use()`.execute(tx);
}

function answer(method: Method, result: unknown, request: Request, actor: Actor): Response {
  if (result === undefined) return new Response(null, { status: 204 });
  const body = plainFormerMembers(JSON.stringify(outside(result)));
  const tag = tagOf(result);
  const headers: Record<string, string> = {
    'content-type': 'application/json; charset=utf-8',
    etag: tag,
    'cache-control': actor.kind === 'visitor' ? 'no-cache' : 'private, no-store',
    vary: 'Authorization',
  };
  if (method === 'GET' && request.headers.get('if-none-match') === tag) return new Response(null, { status: 304, headers });
  return new Response(body, { status: method === 'POST' ? 201 : 200, headers });
}

const tagOf = (value: unknown): string =>
  `"${createHash('sha256')
    .update(JSON.stringify(outside(value)) ?? '')
    .digest('base64url')
    .slice(0, 22)}"`;

/** Inside we write camelCase here and there; outside it is snake_case, and nothing of how rights are kept. */
function outside(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(outside);
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  const kept = Object.entries(value).filter(([name]) => name !== 'audience_id' && name !== 'audienceId');
  return Object.fromEntries(kept.map(([name, inner]) => [name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), outside(inner)]));
}
