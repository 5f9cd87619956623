import { dropPieces, piecesHere } from '#domains/files/pieces.server.ts';
import { dropUpload, findUpload, listOnTheirWay, type OnItsWay } from '#domains/files/uploads.server.ts';
import { notFound } from '#platform/errors.ts';
import { type Call, cut, operation } from '../operation.server.ts';

const collection = 'files';
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const idOf = ({ params }: Call): string => {
  if (!ID.test(params.id!)) throw notFound('files.upload.not_found');
  return params.id!;
};

/** A file on its way, as programs are told of it. `scan`: unasked (there is no scanner), waiting, clean, infected. */
export const outside = ({ id, name, announced, done, looked, found, ends_at }: OnItsWay) => ({
  id,
  name,
  size: announced,
  offset: done ? announced : (piecesHere(id) ?? 0),
  whole: done,
  scan: looked,
  found,
  expires_at: ends_at,
});

/** What was sent in; sending in and fetching are bytes and stand beside (`../uploads`, `../files`). */
export const uploads = [
  operation({
    method: 'GET',
    path: '/uploads',
    collection,
    list: true,
    summary: 'Files that this token has sent in and not posted.',
    run: async (tx, call) => cut((await listOnTheirWay(tx)).map(outside), call, (row) => row.id),
  }),
  operation({
    method: 'GET',
    path: '/uploads/{id}',
    collection,
    summary: 'One of them: how much of it is here, and what the malware scanner said.',
    run: async (tx, call) => outside(await findUpload(tx, idOf(call))),
  }),
  operation({
    method: 'DELETE',
    path: '/uploads/{id}',
    collection,
    summary: 'Let go of a file that was sent in and not posted.',
    run: async (tx, call) => {
      await dropUpload(tx, idOf(call));
      dropPieces(idOf(call));
    },
  }),
];
