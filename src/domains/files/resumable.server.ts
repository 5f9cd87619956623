import { type Actor, as } from '#platform/database/open.server.ts';
import { notFound, Refusal } from '#platform/errors.ts';
import { finishUpload } from './finish-upload.server.ts';
import { needSender, needWriter } from './keep-upload.server.ts';
import { FILE_LIMIT } from './model.ts';
import { beginPieces, dropPieces, piecesHere, takeOver, writePieces } from './pieces.server.ts';
import { bytesOf, sameVersion, saidOf, TUS, TUS_TYPE } from './tus.ts';
import { beginUpload, dropUpload, findUpload, type OnItsWay } from './uploads.server.ts';

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const always = { 'tus-resumable': TUS, 'cache-control': 'no-store' };
const until = (upload: OnItsWay) => ({ 'upload-expires': upload.ends_at.toUTCString() });
const arrived = (upload: OnItsWay): number => (upload.done ? upload.announced : (piecesHere(upload.id) ?? 0));

/** What this end can do; asked by nobody in particular. */
export const tusOptions = (): Response =>
  new Response(null, {
    status: 204,
    headers: { ...always, 'tus-version': TUS, 'tus-max-size': String(FILE_LIMIT), 'tus-extension': 'creation,creation-with-upload,expiration,termination' },
  });

/**
 * Announces a file, and takes in what of it comes at once. `at`: the address below which uploads stand.
 * Refuses: files.upload.version, .header, .other_sender (401), .too_many, .too_much, files.file.too_large, .empty, common.not_allowed.
 */
export async function tusCreate(actor: Actor, request: Request, at: string): Promise<Response> {
  sameVersion(request.headers);
  const { name, writer } = saidOf(request.headers);
  if (writer) await as(actor, (tx) => needSender(tx, writer));
  if (actor.kind !== 'person') throw new Refusal('common.not_allowed', { status: 403 });
  await as(actor, needWriter);
  const input = { name, size: bytesOf(request.headers, 'Upload-Length') };
  const upload = await as(actor, (tx) => beginUpload(tx, input));
  beginPieces(upload.id);
  const there = { ...always, ...until(upload), location: `${at}/${upload.id}` };
  if (!request.body || request.headers.get('content-type') !== TUS_TYPE) return new Response(null, { status: 201, headers: there });
  const offset = await receive(actor, upload, request.body, 0);
  return new Response(null, { status: 201, headers: { ...there, 'upload-offset': String(offset) } });
}

/**
 * Takes in a file that comes in one go, for programs on good lines; what breaks off is let go.
 * Refuses: files.upload.header (Content-Length), .too_many, .too_much, .beyond, .broken, files.file.too_large, .empty, common.not_allowed.
 */
export async function receiveWhole(actor: Actor, request: Request, name: string): Promise<OnItsWay> {
  await as(actor, needWriter);
  const size = bytesOf(request.headers, 'Content-Length');
  const upload = await as(actor, (tx) => beginUpload(tx, { name, size }));
  beginPieces(upload.id);
  const here = await receive(actor, upload, request.body ?? new ReadableStream(), 0).catch((error: unknown) => error);
  if (here === size) return mine(actor, upload.id);
  await as(actor, (tx) => dropUpload(tx, upload.id)).catch(() => {});
  dropPieces(upload.id);
  throw here instanceof Error ? here : new Refusal('files.upload.broken', { status: 400 });
}

/** How much of a file is here. Whoever asks has given up the line that sent the rest. Refuses: files.upload.version, .not_found, .expired. */
export async function tusHead(actor: Actor, request: Request, id: string): Promise<Response> {
  sameVersion(request.headers);
  let upload = await mine(actor, id);
  await takeOver(id);
  // All was here, and who took it in was killed before making it whole: what was read of it before is no longer so.
  if (await finishUpload(actor, upload)) upload = await mine(actor, id);
  return new Response(null, {
    headers: { ...always, ...until(upload), 'upload-length': String(upload.announced), 'upload-offset': String(arrived(upload)) },
  });
}

/** Takes in the next bytes. Refuses: files.upload.version, .header, .not_a_piece, .not_found, .expired, .elsewhere (409), .beyond (413). */
export async function tusPatch(actor: Actor, request: Request, id: string): Promise<Response> {
  sameVersion(request.headers);
  if (request.headers.get('content-type') !== TUS_TYPE) throw new Refusal('files.upload.not_a_piece', { status: 415, details: { type: TUS_TYPE } });
  const from = bytesOf(request.headers, 'Upload-Offset');
  const upload = await mine(actor, id);
  await takeOver(id);
  const here = arrived(upload);
  if (from !== here) throw new Refusal('files.upload.elsewhere', { status: 409, details: { here } });
  const offset = request.body ? await receive(actor, upload, request.body, from) : from;
  return new Response(null, { status: 204, headers: { ...always, ...until(upload), 'upload-offset': String(offset) } });
}

/** Lets go of a file that is on its way, or whole and not posted. Refuses: files.upload.version, .not_found. */
export async function tusDelete(actor: Actor, request: Request, id: string): Promise<Response> {
  sameVersion(request.headers);
  if (!ID.test(id) || actor.kind !== 'person') throw notFound('files.upload.not_found');
  await as(actor, (tx) => dropUpload(tx, id));
  await takeOver(id);
  dropPieces(id);
  return new Response(null, { status: 204, headers: always });
}

/** Mine, with a session that may still write. */
function mine(actor: Actor, id: string): Promise<OnItsWay> {
  if (!ID.test(id) || actor.kind !== 'person') throw notFound('files.upload.not_found');
  return as(actor, async (tx) => {
    const upload = await findUpload(tx, id);
    await needWriter(tx);
    return upload;
  });
}

async function receive(actor: Actor, upload: OnItsWay, body: ReadableStream<Uint8Array>, from: number): Promise<number> {
  const still = () =>
    mine(actor, upload.id).then(
      () => true,
      () => false,
    );
  if (upload.done) return upload.announced;
  // Its bytes lie in the folder of another machine, or were swept away.
  if (piecesHere(upload.id) === undefined) throw notFound('files.upload.not_found');
  const { at, why } = await writePieces(upload.id, body, { from, most: upload.announced, still });
  if (why === 'not any more') throw notFound('files.upload.not_found');
  if (why === 'too much') throw new Refusal('files.upload.beyond', { status: 413 });
  await finishUpload(actor, upload);
  return at;
}
