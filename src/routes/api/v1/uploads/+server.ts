import { receiveWhole, tusCreate, tusOptions } from '#domains/files/resumable.server.ts';
import { outside } from '../operations/uploads.server.ts';
import { asOperation, byToken } from '../bytes.server.ts';

/** Sends in a file: announced for pieces where tus is spoken (`Tus-Resumable`), else the bytes themselves, with `?name=`. */
export const POST = byToken(async (actor, request) => {
  if (request.headers.has('Tus-Resumable')) return tusCreate(actor, request, '/api/v1/uploads');
  const upload = await receiveWhole(actor, request, new URL(request.url).searchParams.get('name') ?? 'file');
  return Response.json(outside(upload), { status: 201, headers: { 'cache-control': 'private, no-store', location: `/api/v1/uploads/${upload.id}` } });
});
export const GET = asOperation;
export const OPTIONS = tusOptions;
