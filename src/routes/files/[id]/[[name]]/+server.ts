import { haveBytes, readBytes } from '#domains/files/bytes.server.ts';
import { fileHeaders } from '#domains/files/headers.ts';
import { findFile } from '#domains/files/queries.server.ts';
import { as } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import type { RequestHandler } from './$types.js';

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A stored file, to whoever may read it. The name in the address is for people; the id alone decides. */
export const GET: RequestHandler = async ({ params, locals, request }) => {
  const file = ID.test(params.id) ? await as(locals.actor, (tx) => findFile(tx, params.id)) : undefined;
  if (!file || !haveBytes(file.hash)) throw notFound();
  const headers = fileHeaders(file);
  if (request.headers.get('if-none-match') === headers.etag) return new Response(null, { status: 304, headers });
  return new Response(readBytes(file.hash), { headers: { ...headers, 'content-type': file.mime, 'content-length': String(file.size) } });
};
