import path from 'node:path/posix';
import { parseDocument } from 'yaml';

export type SpaceFolder = { folder: string; readme: string; summary: string; redirects: [string, string][] };

const inside = (folder: string, part: string): string =>
  path
    .normalize(path.join(folder || '.', part))
    .replace(/^\.(?:\/|$)/, '')
    .replace(/\/$/, '');

/** Reads a `.gitbook.yaml`: where the book's root is, what its files are called, and its old addresses. */
export function readConfig(text: string, folder: string): SpaceFolder | null {
  try {
    const document = parseDocument(text.slice(0, 65536), { schema: 'failsafe', logLevel: 'silent' });
    if (document.errors.length) return null;
    const value = (document.toJS({ maxAliasCount: 0 }) ?? {}) as Record<string, unknown>;
    const record = (part: unknown): Record<string, unknown> => (part && typeof part === 'object' ? (part as Record<string, unknown>) : {});
    const words = (part: unknown, otherwise: string): string => (typeof part === 'string' && part.trim() ? part.trim() : otherwise);
    const root = inside(folder, words(value.root, '.').replace(/^\/+/, ''));
    if (root === '..' || root.startsWith('../')) return null;
    const structure = record(value.structure);
    const redirects = Object.entries(record(value.redirects)).filter((pair): pair is [string, string] => typeof pair[1] === 'string');
    return {
      folder: root,
      readme: inside(root, words(structure.readme, 'README.md')),
      summary: inside(root, words(structure.summary, 'SUMMARY.md')),
      redirects,
    };
  } catch {
    return null;
  }
}

/** The old addresses of a page inside its space, as GitBook publishes it and as links in files write it. */
export function oldAddresses(sourcePath: string, spaceFolder: string, newPath: string): string[] {
  const relative = spaceFolder && sourcePath.startsWith(`${spaceFolder}/`) ? sourcePath.slice(spaceFolder.length + 1) : sourcePath;
  const bare = relative.replace(/\.(?:md|markdown)$/i, '');
  const published = bare.replace(/(?:^|\/)readme$/i, '');
  return [...new Set([published, bare, relative])].filter((old) => old && old !== newPath);
}
