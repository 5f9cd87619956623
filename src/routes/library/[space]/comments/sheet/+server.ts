import { sheetHere } from '#domains/library/comments/sheet-here.server.ts';
import { writeSheet, XLSX } from '#domains/library/comments/write-sheet.server.ts';
import { as } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import type { RequestHandler } from './$types.js';

/** The table of comments as a spreadsheet, narrowed as the page is; ?empty gives one to fill in. */
export const GET: RequestHandler = async ({ locals, params, url }) => {
  if (locals.actor.kind !== 'person') throw notFound();
  const comments = await as(locals.actor, (tx) => sheetHere(tx, params.space, url.searchParams));
  const headers = {
    'content-type': XLSX,
    'content-disposition': `attachment; filename="comments-${params.space.replace(/[^a-z0-9-]/gi, '')}.xlsx"`,
    'cache-control': 'private, no-store',
  };
  return new Response(new Uint8Array(await writeSheet(comments)), { headers });
};
