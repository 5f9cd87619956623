import { type Actor, as } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { haveBytes, readBytes } from './bytes.server.ts';
import { fileHeaders } from './headers.ts';
import { findFile } from './queries.server.ts';

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * The answer that carries a stored file, or says that the asker has it already (`known` is the mark they hold).
 * Refuses: common.not_found, for what is absent, not theirs, or named in no way a file is.
 */
export async function answerWithFile(actor: Actor, id: string, known: string | null): Promise<Response> {
  const file = ID.test(id) ? await as(actor, (tx) => findFile(tx, id)) : undefined;
  if (!file || !haveBytes(file.hash)) throw notFound();
  const headers = fileHeaders(file);
  if (known === headers.etag) return new Response(null, { status: 304, headers });
  return new Response(readBytes(file.hash), { headers: { ...headers, 'content-length': String(file.size) } });
}
