import { fileTypeFromBuffer } from 'file-type';
import path from 'node:path';
import type { ImportedAsset, LIMITS, Report } from './model.ts';
import { Names, slugOf } from './names.ts';
import { readBytes, type Tree } from './walk.server.ts';

const ALLOWED = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif', 'application/pdf']);

/** The assets of one space: each file is looked at once, sniffed by content, and named so that no two names clash. */
export class Assets {
  readonly list: ImportedAsset[] = [];
  #names = new Names();
  #known = new Map<string, ImportedAsset | null>();
  #tree: Tree;
  #limits: typeof LIMITS;
  #report: Report;
  constructor(tree: Tree, limits: typeof LIMITS, report: Report) {
    this.#tree = tree;
    this.#limits = limits;
    this.#report = report;
  }

  /** Looks at a file before pages refer to it; refuses by name what is too large, unknown, or drawn by script. */
  async consider(sourcePath: string): Promise<void> {
    if (this.#known.has(sourcePath)) return;
    const size = this.#tree.files.get(sourcePath) ?? 0;
    const refuse = (reason: 'asset_too_large' | 'asset_svg' | 'asset_kind' | 'unreadable', data?: Record<string, string | number>): void => {
      this.#known.set(sourcePath, null);
      this.#report.leftOut.push({ reason, what: path.posix.basename(sourcePath), where: sourcePath, data });
    };
    if (size > this.#limits.assetBytes) return refuse('asset_too_large', { size, limit: this.#limits.assetBytes });
    let bytes: Buffer;
    try {
      bytes = await readBytes(this.#tree, sourcePath, this.#limits.assetBytes);
    } catch {
      return refuse('unreadable');
    }
    const type = await fileTypeFromBuffer(bytes);
    if (/\.svgz?$/i.test(sourcePath) || (type?.mime === 'application/xml' && bytes.subarray(0, 2000).toString('latin1').includes('<svg')))
      return refuse('asset_svg');
    if (!type || !ALLOWED.has(type.mime)) return refuse('asset_kind', { mime: type?.mime ?? 'unknown' });
    const base = path.posix.basename(sourcePath).replace(/\.[^.]*$/, '');
    const wanted = slugOf(base) || 'file';
    const name = this.#names.takeFile(wanted, type.ext);
    if (name !== `${wanted}.${type.ext}`)
      this.#report.changed.push({ reason: 'name_clash', what: name, where: sourcePath, data: { wanted: `${wanted}.${type.ext}` } });
    const asset = { sourcePath, name, absolutePath: path.join(this.#tree.root, sourcePath), mime: type.mime, size };
    this.#known.set(sourcePath, asset);
    this.list.push(asset);
  }

  get(sourcePath: string): ImportedAsset | null {
    return this.#known.get(sourcePath) ?? null;
  }
}
