import { createHash } from 'node:crypto';
import sharp from 'sharp';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound, Refusal } from '#platform/errors.ts';
import type { HubMark } from '#platform/settings/table.ts';
import { keep } from './change-settings.server.ts';
import { findSettings } from './queries.server.ts';

/** Sharp on a screen with three dots where there is one, and still some kilobytes. */
const SIDE = 96;
/** A drawing program's file is read, never shown: what is shown is drawn anew here. */
const PIXELS = 16_000_000;

/** Draws a picture anew as a small square, or nothing when it is none that can be read (SVG is none: it can carry scripts). */
export async function drawMark(bytes: Uint8Array): Promise<HubMark | undefined> {
  try {
    const picture = sharp(bytes, { limitInputPixels: PIXELS, failOn: 'error' });
    if (!['png', 'jpeg', 'webp', 'gif'].includes((await picture.metadata()).format ?? '')) return undefined;
    const background = { r: 0, g: 0, b: 0, alpha: 0 };
    const png = await picture.autoOrient().resize(SIDE, SIDE, { fit: 'contain', background }).png({ compressionLevel: 9 }).toBuffer();
    return { hash: createHash('sha256').update(png).digest('hex').slice(0, 16), png: png.toString('base64') };
  } catch {
    return undefined;
  }
}

/** Puts a picture in place of the hub's mark, or with null takes it away. Refuses with hub.mark.unreadable, people.step_up.needed, and as not found for whoever is no steward. */
export async function changeMark(tx: Tx, bytes: Uint8Array | null): Promise<void> {
  const now = await findSettings(tx);
  if (!now) throw notFound();
  const mark = bytes && (await drawMark(bytes));
  if (mark === undefined) throw new Refusal('hub.mark.unreadable');
  await keep(tx, now, { mark });
}
