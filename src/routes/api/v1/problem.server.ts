import { Refusal } from '#platform/errors.ts';
import { errorText } from '#ui/error-text.server.ts';

/** RFC 9457: what went wrong, for programs by code and for people in a sentence. */
export function problem(error: unknown, requestId: string): Response {
  const refusal = error instanceof Refusal ? error : new Refusal('api.internal', { status: 500 });
  if (!(error instanceof Refusal)) {
    console.error(JSON.stringify({ level: 'error', request: requestId, cause: error instanceof Error ? (error.stack ?? error.message) : String(error) }));
  }
  const { errors, problems, conflicts, slugs, ...rest } = refusal.details as Record<string, unknown>;
  const body = {
    type: `/api/v1/errors#${refusal.code}`,
    title: errorText(refusal.code, rest),
    status: refusal.status,
    code: refusal.code,
    detail: errorText(refusal.code, rest),
    request_id: requestId,
    errors: (errors ?? problems ?? []) as unknown,
    ...(conflicts ? { conflicts } : {}),
    ...(slugs ? { slugs } : {}),
  };
  return new Response(JSON.stringify(body), {
    status: refusal.status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...(refusal.status === 401 ? { 'www-authenticate': 'Bearer' } : {}) },
  });
}
