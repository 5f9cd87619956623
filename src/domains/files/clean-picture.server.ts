import sharp from 'sharp';

export type Picture = { bytes: Buffer; mime: string; width: number; height: number };

const FORMATS = { 'image/png': 'png', 'image/jpeg': 'jpeg', 'image/gif': 'gif', 'image/webp': 'webp', 'image/avif': 'avif' } as const;
/** A picture may be small as a file and huge when it is unpacked. */
const PIXELS = 40_000_000;

/**
 * Draws a picture anew, so that nothing but its pixels is kept: no place, camera, author or appended data. Nothing comes back for
 * what is no raster picture, is damaged, or unpacks to more than 40 million pixels.
 */
export async function cleanPicture(bytes: Uint8Array, mime: string): Promise<Picture | undefined> {
  const format = FORMATS[mime as keyof typeof FORMATS];
  if (!format) return undefined;
  try {
    const moving = format === 'gif' || format === 'webp';
    const { data, info } = await sharp(bytes, { limitInputPixels: PIXELS, failOn: 'error', animated: moving })
      .autoOrient()
      .toFormat(format, format === 'jpeg' ? { quality: 88 } : {})
      .toBuffer({ resolveWithObject: true });
    return { bytes: data, mime, width: info.width, height: info.pageHeight ?? info.height };
  } catch {
    return undefined;
  }
}
