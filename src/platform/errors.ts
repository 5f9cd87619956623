/** A request the hub understood and will not do. The code names the reason, is the key of its translation and the name in its test. */
export class Refusal extends Error {
  readonly code: string;
  readonly status: number;
  readonly details: Record<string, unknown>;
  constructor(code: string, options: { status?: number; details?: Record<string, unknown>; cause?: unknown } = {}) {
    super(code, { cause: options.cause });
    this.name = 'Refusal';
    this.code = code;
    this.status = options.status ?? 422;
    this.details = options.details ?? {};
  }
}

/** Absent and not-yours are the same answer. */
export function notFound(code = 'common.not_found'): Refusal {
  return new Refusal(code, { status: 404 });
}

type DatabaseError = { code?: string; message?: string; constraint?: string };

/**
 * Turns an error of PostgreSQL into a refusal where it is one; anything else is returned as it came.
 * DETAIL never leaves the process: it carries key values.
 */
export function asRefusal(error: unknown): unknown {
  const { code, message = '', constraint = '' } = (error ?? {}) as DatabaseError;
  if (!code || error instanceof Refusal) return error;
  // Our own functions raise INxxx with the code as message; xxx is the HTTP status.
  if (/^IN\d{3}$/.test(code)) return new Refusal(message, { status: Number(code.slice(2)), cause: error });
  if (code === '23505') return new Refusal('common.conflict', { status: 409, cause: error });
  if (code === '23514')
    return new Refusal(constraint === 'decided_by_another' ? 'library.change_request.own' : 'common.not_allowed', { status: 422, cause: error });
  // A character that no text of the database can hold (NUL).
  if (code === '22021' || code === '22P05') return new Refusal('common.bad_input', { status: 422, cause: error });
  if (code === '42501' || code === '23503' || code === 'P0002') return new Refusal('common.not_found', { status: 404, cause: error });
  return error;
}
