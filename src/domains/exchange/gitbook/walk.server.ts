import { open, readdir, realpath, lstat } from 'node:fs/promises';
import { constants } from 'node:fs';
import path from 'node:path';
import type { LIMITS, Report } from './model.ts';

export type Tree = { root: string; files: Map<string, number>; folders: Set<string>; links: Set<string>; special: Set<string> };

const SKIPPED = new Set(['.git', 'node_modules', '.github', '.DS_Store']);

/** Lists what lies below a folder without following a single link; paths are relative with `/`. */
export async function walkFolder(folder: string, limits: typeof LIMITS, report: Report): Promise<Tree> {
  const root = await realpath(folder);
  const tree: Tree = { root, files: new Map(), folders: new Set(['']), links: new Set(), special: new Set() };
  let count = 0;
  async function enter(relative: string, depth: number): Promise<void> {
    if (depth > limits.depth) {
      report.leftOut.push({ reason: 'too_deep', what: relative, where: relative, data: { limit: limits.depth } });
      return;
    }
    const entries = await readdir(path.join(root, relative), { withFileTypes: true }).catch(() => null);
    if (!entries) {
      report.leftOut.push({ reason: 'unreadable', what: relative, where: relative });
      return;
    }
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (SKIPPED.has(entry.name)) continue;
      const at = relative ? `${relative}/${entry.name}` : entry.name;
      if (++count > limits.files) {
        if (count === limits.files + 1) report.leftOut.push({ reason: 'too_many_pages', what: at, where: at, data: { limit: limits.files } });
        return;
      }
      if (entry.isSymbolicLink()) {
        tree.links.add(at);
        report.leftOut.push({ reason: 'is_link', what: at, where: at });
      } else if (entry.isDirectory()) {
        tree.folders.add(at);
        await enter(at, depth + 1);
      } else if (entry.isFile()) {
        tree.files.set(at, (await lstat(path.join(root, at))).size);
      } else {
        tree.special.add(at);
        report.leftOut.push({ reason: 'is_special', what: at, where: at });
      }
    }
  }
  await enter('', 0);
  return tree;
}

/** The bytes of a listed file; O_NOFOLLOW because a link may have taken its place since the listing. */
export async function readBytes(tree: Tree, relative: string, most: number): Promise<Buffer> {
  const handle = await open(path.join(tree.root, relative), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw new Error('not a file');
    if (stat.size > most) throw new Error('too large');
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

export type TextResult = { text: string } | { problem: 'not_utf8' | 'page_too_large' | 'unreadable' };

/** A listed file as text, or the reason why it is none. */
export async function readText(tree: Tree, relative: string, most: number): Promise<TextResult> {
  if ((tree.files.get(relative) ?? 0) > most) return { problem: 'page_too_large' };
  let bytes: Buffer;
  try {
    bytes = await readBytes(tree, relative, most);
  } catch {
    return { problem: 'unreadable' };
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (text.includes('\u0000')) return { problem: 'not_utf8' };
    return { text: text.replace(/\r\n?/g, '\n') };
  } catch {
    return { problem: 'not_utf8' };
  }
}

export type Located = { path: string } | { problem: 'climbs_out' | 'missing_file' | 'is_link' | 'is_folder' | 'is_special' };

/** Finds what a reference written in `fromFolder` points at, never outside the imported folder. */
export function locate(tree: Tree, fromFolder: string, href: string): Located {
  let decoded = href.replace(/\\([!-/:-@[-`{-~])/g, '$1');
  try {
    decoded = decodeURIComponent(decoded);
  } catch {
    /* a bare percent sign: taken as written */
  }
  if (path.posix.isAbsolute(decoded) || /^[a-z]:[\\/]/i.test(decoded) || decoded.includes('\u0000')) return { problem: 'climbs_out' };
  const at = path.posix
    .normalize(path.posix.join(fromFolder, decoded.replace(/\\/g, '/')))
    .replace(/\/$/, '')
    .replace(/^\.$/, '');
  if (at === '..' || at.startsWith('../')) return { problem: 'climbs_out' };
  if (tree.files.has(at)) return { path: at };
  const parts = at.split('/');
  for (let n = 1; n <= parts.length; n++) if (tree.links.has(parts.slice(0, n).join('/'))) return { problem: 'is_link' };
  if (tree.special.has(at)) return { problem: 'is_special' };
  if (tree.folders.has(at)) {
    const readme = [...['README.md', 'readme.md', 'Readme.md']].map((name) => (at ? `${at}/${name}` : name)).find((name) => tree.files.has(name));
    return readme ? { path: readme } : { problem: 'is_folder' };
  }
  return { problem: 'missing_file' };
}
