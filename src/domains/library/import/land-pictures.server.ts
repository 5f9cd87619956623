import type { ImportedAsset } from '#domains/exchange/gitbook/model.ts';
import { readForeign } from '#domains/files/bytes.server.ts';
import { fileIdOf, keepPicture } from '#domains/files/keep-picture.server.ts';
import type { Tx } from '#platform/database/open.server.ts';
import type { KnownSpace, Landed } from './model.ts';

const LARGEST = 10 * 1024 * 1024;
/** The bytes of an import's files by their place on disk, read once. */
export type Pictures = ReadonlyMap<string, Buffer>;

/** Reads the files that an import names; what is a link by now, or has grown, is not among them. */
export async function readPictures(assets: readonly ImportedAsset[]): Promise<Pictures> {
  const found = new Map<string, Buffer>();
  for (const { absolutePath } of assets) {
    const bytes = await readForeign(absolutePath, LARGEST);
    if (bytes) found.set(absolutePath, bytes);
  }
  return found;
}

/** Where a file of an import is served. */
export function pictureAddress(pictures: Pictures, asset: ImportedAsset, slug: string): string {
  const bytes = pictures.get(asset.absolutePath);
  return bytes ? `/files/${fileIdOf(slug, asset.name, bytes)}/${asset.name}` : `/library/${slug}`;
}

type LandPictures = { space: KnownSpace; assets: readonly ImportedAsset[]; pictures: Pictures; publish: boolean; bylineId: string };

/** Keeps the pictures of a space under the paths its pages name them by. One that pages show already is replaced only when publishing. */
export async function landPictures(tx: Tx, { space, assets, pictures, publish, bylineId }: LandPictures): Promise<Landed['files']> {
  const files: Landed['files'] = { kept: 0, there: 0, refused: [], waiting: [] };
  const shown = new Map(
    (await tx.selectFrom('app.space_assets').select(['path', 'file_id']).where('space_id', '=', space.id).execute()).map((row) => [row.path, row.file_id]),
  );
  for (const { name, mime, absolutePath, sourcePath } of assets) {
    const bytes = pictures.get(absolutePath);
    const id = bytes && fileIdOf(space.slug, name, bytes);
    const kept = bytes && id ? await keepPicture(tx, { id, audience_id: space.audienceId, name, mime, bytes, byline_id: bylineId }) : 'refused';
    if (!id || kept === 'refused') {
      files.refused.push({ name, where: sourcePath });
      continue;
    }
    files[kept]++;
    const before = shown.get(name);
    if (before === id) continue;
    if (before && !publish) {
      files.waiting.push(name);
      continue;
    }
    await tx
      .insertInto('app.space_assets')
      .values({ space_id: space.id, audience_id: space.audienceId, path: name, file_id: id })
      .onConflict((c) => c.columns(['space_id', 'path']).doUpdateSet({ file_id: id }))
      .execute();
  }
  return files;
}
