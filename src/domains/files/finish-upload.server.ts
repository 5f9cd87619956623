import { sql } from 'kysely';
import { type Actor, as } from '#platform/database/open.server.ts';
import { lookedAtFirst } from './keep-upload.server.ts';
import { dropPieces, piecesHere, readPieces } from './pieces.server.ts';
import { takeIn } from './take-in.server.ts';
import type { OnItsWay } from './uploads.server.ts';

// Each holds a whole file in memory, and a picture unpacked.
const AT_ONCE = 2;
const waiting: Array<() => void> = [];
let busy = 0;

/** Looks through a file whose bytes are all here and makes it one that can be posted; false where there was nothing to do. Refuses as taking in does. */
export async function finishUpload(actor: Actor, upload: OnItsWay): Promise<boolean> {
  if (upload.done || piecesHere(upload.id) !== upload.announced) return false;
  if (busy >= AT_ONCE) await new Promise<void>((go) => waiting.push(go));
  else busy += 1;
  try {
    // Somebody may have done it meanwhile.
    if (piecesHere(upload.id) !== upload.announced) return true;
    const { mime, size, hash, width, height } = await takeIn(readPieces(upload.id));
    await as(actor, (tx) =>
      sql`update app.uploads set mime = ${mime}, size = ${size}, sha256 = ${Buffer.from(hash, 'hex')}, width = ${width}, height = ${height}, looked = ${lookedAtFirst()} where id = ${upload.id} and sha256 is null`.execute(
        tx,
      ),
    );
    dropPieces(upload.id);
    return true;
  } finally {
    const next = waiting.shift();
    if (next) next();
    else busy -= 1;
  }
}
