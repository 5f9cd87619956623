import { createHash } from 'node:crypto';
import path from 'node:path/posix';
import type { Book } from './find-spaces.server.ts';
import type { LIMITS, Report } from './model.ts';
import { readText, type Tree } from './walk.server.ts';

/** Tells of every page file that no SUMMARY lists, and of which page it is a copy if it is one. */
export async function reportUnlisted(tree: Tree, book: Book, limits: typeof LIMITS, report: Report): Promise<void> {
  const hash = (text: string): string =>
    createHash('sha256')
      .update(
        text
          .replace(/\]\([^)]*\)|src="[^"]*"/g, '')
          .replace(/\s+/g, ' ')
          .trim(),
      )
      .digest('hex');
  const known = new Map([...book.pages.values()].map((page) => [hash(page.body), page.sourcePath]));
  const summaries = new Set(book.spaces.map((space) => space.summary));
  for (const file of tree.files.keys()) {
    if (!/\.(?:md|markdown)$/i.test(file) || book.pages.has(file) || summaries.has(file)) continue;
    if (report.leftOut.some((line) => line.data?.file === file)) continue;
    const read = await readText(tree, file, limits.pageBytes);
    if ('problem' in read) {
      report.leftOut.push({ reason: read.problem, what: path.basename(file), where: file });
      continue;
    }
    const copied = known.get(hash(read.text.replace(/^---\n[\s\S]*?\n---\n/, '')));
    report.leftOut.push(
      copied
        ? { reason: 'copy_of', what: path.basename(file), where: file, data: { of: copied } }
        : { reason: 'not_in_summary', what: path.basename(file), where: file },
    );
  }
}
