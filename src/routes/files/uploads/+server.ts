import { tusCreate, tusOptions } from '#domains/files/resumable.server.ts';
import { listOnTheirWay } from '#domains/files/uploads.server.ts';
import { as } from '#platform/database/open.server.ts';
import { attachWords } from '#ui/attach-words.server.ts';
import { taking } from '../../taking-pieces.server.ts';

/** Announces a file that will come in pieces (tus 1.0). */
export const POST = taking((actor, request) => tusCreate(actor, request, '/files/uploads'));
export const OPTIONS = tusOptions;

/** What this session has sent in, whole or not, and not posted: a page that was loaded anew asks. With `?words`, what its script says. */
export const GET = taking(async (actor, request) => {
  if (new URL(request.url).searchParams.has('words')) return Response.json(attachWords(), { headers: { 'cache-control': 'private, no-store' } });
  const found = actor.kind === 'person' ? await as(actor, listOnTheirWay) : [];
  return Response.json(
    found.map(({ id, name, announced, done, looked, found }) => ({ id, name, size: announced, done, looked, found })),
    { headers: { 'cache-control': 'private, no-store' } },
  );
});
