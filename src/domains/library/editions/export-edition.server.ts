import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { strToU8, type Zippable, zipSync } from 'fflate';
import { sql } from 'kysely';
import { haveBytes, pathOfBytes } from '#domains/files/bytes.server.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound, Refusal } from '#platform/errors.ts';
import { findSpace } from '../queries.server.ts';
import { editionAddress } from './model.ts';
import { editionControls, editionTree, findEdition } from './queries.server.ts';

export const ZIP = 'application/zip';
export type ExportedEdition = { name: string; marking: string; bytes: Uint8Array; sha256: string };
type Page = { page_id: string; path: string; title: string; revision: number; text: string };
type Picture = { path: string; hash: string; size: number };
type Held = { id: string; folder: string; marking: string; manifest: Record<string, unknown>; pages: Page[]; pictures: Picture[] };

/** Whose edition may leave as a file, and under which label: one of a smaller circle would have to be logged, and stays. */
const MARKINGS: Record<string, string> = { public: 'TLP:CLEAR', everyone: 'TLP:GREEN' };
const HANDLING: Record<string, string> = {
  'TLP:CLEAR': 'TLP:CLEAR\n\nMay be passed on to anyone.\n',
  'TLP:GREEN': 'TLP:GREEN\n\nMay be passed on within the community of members, not published.\n',
};
const LARGEST = 100_000_000;
// A moment in the archive would make other bytes of the same edition.
const MTIME = '2000-01-01T12:00:00';
const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/**
 * What goes into the file of a published edition: only what never changes, and only what I read. Refuses: common.not_found, also for drafts and for editions whose text is not for all members;
 * library.edition.too_large.
 */
export async function editionToExport(tx: Tx, slug: string, number: string): Promise<Held> {
  const space = await findSpace(tx, slug);
  const edition = space && (await findEdition(tx, space.id, number));
  const { rows: audiences } = await sql<{ kind: string }>`select kind from app.audiences where id = ${space?.audienceId ?? 0}`.execute(tx);
  const marking = MARKINGS[audiences[0]?.kind ?? ''];
  if (!space || !edition || edition.status === 'draft' || !marking) throw notFound();
  const { rows: pages } = await sql<Page>`
    select e.page_id, e.path, e.title, r.number as revision, r.text from app.edition_pages e join app.revisions r on r.id = e.revision_id where e.edition_id = ${edition.id}`.execute(
    tx,
  );
  const { rows: pictures } = await sql<Omit<Picture, 'hash' | 'size'> & { sha256: Buffer; size: string }>`
    select a.path, f.sha256, f.size from app.edition_assets a join app.files f on f.id = a.file_id where a.edition_id = ${edition.id} order by a.path collate "C"`.execute(
    tx,
  );
  if (pictures.reduce((sum, { size }) => sum + Number(size), 0) > LARGEST)
    throw new Refusal('library.edition.too_large', { details: { limit: LARGEST / 1_000_000 } });
  const order = (await editionTree(tx, edition.id)).map(({ id, parentId }) => ({ id, parentId }));
  const byId = new Map(pages.map((page) => [page.page_id, page]));
  const controls = [...(await editionControls(tx, edition.id))].map(([slug, control]) => ({ slug, code: control.code, number: control.number }));
  return {
    id: edition.id,
    folder: `${slug}-${number}`,
    marking,
    manifest: {
      format: 'indaba-edition-1',
      marking,
      space: slug,
      edition: number,
      dated_on: edition.datedOn,
      published_at: edition.publishedAt?.toISOString() ?? null,
      words: edition.words,
      address: editionAddress(slug, number),
      controls: controls.sort((one, other) => (one.slug < other.slug ? -1 : 1)),
    },
    pages: order.flatMap(({ id, parentId }) => {
      const page = byId.get(id);
      return page ? [{ ...page, parent: parentId ? (byId.get(parentId)?.path ?? null) : null }] : [];
    }),
    pictures: pictures.map(({ path, sha256, size }) => ({ path, hash: sha256.toString('hex'), size: Number(size) })),
  };
}

/** The archive: Markdown, pictures, and a manifest with a fingerprint of each. The same edition is the same bytes, whoever asks and whenever. */
export function packEdition({ folder, marking, manifest, pages, pictures }: Held): ExportedEdition {
  const files: Array<{ name: string; bytes: Uint8Array; level: 0 | 6; about: Record<string, unknown> }> = [
    ...pages.map(({ page_id: _, text, path, ...about }) => ({
      name: `pages/${safe(path)}.md`,
      bytes: strToU8(text),
      level: 6 as const,
      about: { kind: 'page', path, ...about },
    })),
    ...pictures
      .filter(({ hash }) => haveBytes(hash))
      .map(({ path, hash }) => ({
        name: `pictures/${safe(path)}`,
        bytes: new Uint8Array(readFileSync(pathOfBytes(hash))),
        level: 0 as const,
        about: { kind: 'picture', path },
      })),
  ];
  const taken = new Set<string>();
  const packed: Zippable = {};
  const put = (name: string, bytes: Uint8Array, level: 0 | 6) => {
    packed[`${folder}/${name}`] = [bytes, { mtime: MTIME, level }];
  };
  const listed = files.map(({ name, bytes, level, about }) => {
    const sha256 = hashOf(bytes);
    const own = taken.has(name) ? name.replace(/([^/]*)$/, `${sha256.slice(0, 8)}-$1`) : name;
    taken.add(own);
    put(own, bytes, level);
    return { file: own, ...about, sha256 };
  });
  put('manifest.json', strToU8(`${JSON.stringify({ ...manifest, files: listed }, null, 2)}\n`), 6);
  put('HANDLING.txt', strToU8(HANDLING[marking] ?? marking), 6);
  const bytes = zipSync(packed);
  return { name: `${folder}.zip`, marking, bytes, sha256: hashOf(bytes) };
}

/** A name that stays in its folder wherever it is unpacked. */
const safe = (path: string): string =>
  path
    .split(/[\\/]+/)
    .filter((part) => part && !/^\.+$/.test(part))
    .map((part) => part.replace(/[\u0000-\u001f<>:"|?*]/g, '_').slice(0, 120))
    .join('/') || 'unnamed';
