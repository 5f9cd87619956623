import { editionToExport, packEdition, ZIP } from '#domains/library/editions/export-edition.server.ts';
import { EDITION_NUMBER } from '#domains/library/editions/model.ts';
import { as } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import type { RequestHandler } from './$types.js';

/** A published edition as one file: `/editions/<space>/<number>.zip`. */
export const GET: RequestHandler = async ({ locals, params, request }) => {
  const number = params.file.replace(/\.zip$/, '');
  if (number === params.file || !EDITION_NUMBER.test(number)) throw notFound();
  const held = await as(locals.actor, (tx) => editionToExport(tx, params.space, number));
  const { name, bytes, sha256 } = packEdition(held);
  const headers = {
    'content-type': ZIP,
    'content-disposition': `attachment; filename="${name.replace(/[^\w.-]/g, '')}"`,
    etag: `"${sha256}"`,
    'repr-digest': `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`,
    'cache-control': 'private, no-cache',
  };
  if (request.headers.get('if-none-match') === headers.etag) return new Response(null, { status: 304, headers });
  return new Response(new Uint8Array(bytes), { headers });
};
