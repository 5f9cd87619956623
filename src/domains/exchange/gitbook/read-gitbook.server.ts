import path from 'node:path/posix';
import { stat } from 'node:fs/promises';
import { settleAnchors } from './anchors.ts';
import { emptyReport, LIMITS, type GitbookReading, type ReadOptions } from './model.ts';
import { findSpaces } from './find-spaces.server.ts';
import { fillSpace } from './fill-space.server.ts';
import { reportUnlisted } from './unlisted.ts';
import { walkFolder } from './walk.server.ts';

/**
 * Reads a folder of GitBook spaces into plain data: pages in the library's Markdown, controls, assets, and a report of what came
 * in, what was changed and what was left out. Never throws for what is in the folder; refuses the whole with
 * `exchange.gitbook.no_folder`, `exchange.gitbook.no_summary` or `exchange.gitbook.nothing_usable`.
 */
export async function readGitbook(folder: string, options: ReadOptions = {}): Promise<GitbookReading> {
  const limits = { ...LIMITS, ...options.limits };
  const report = emptyReport();
  const refuse = (code: string, message: string): GitbookReading => ({ spaces: [], report, refused: { code: `exchange.gitbook.${code}`, message } });
  const found = await stat(folder).catch(() => null);
  if (!found?.isDirectory()) return refuse('no_folder', `${folder} is not a folder that can be read.`);

  const tree = await walkFolder(folder, limits, report);
  const book = await findSpaces(tree, limits, report);
  if (!book.spaces.length) return refuse('no_summary', `${folder} is not a GitBook: no SUMMARY.md was found in it or below it.`);
  if (!book.pages.size) return refuse('nothing_usable', `${folder} has a SUMMARY.md, but none of the pages it lists could be read.`);

  const spaces = [];
  for (const space of book.spaces) if (space.pages.length) spaces.push(await fillSpace(space, book, tree, { ...options, limits }, report));
  settleAnchors(spaces, report);
  await reportUnlisted(tree, book, limits, report);
  for (const file of tree.files.keys()) {
    if (!/(?:^|\/)\.gitbook\/assets\//.test(file) || spaces.some((space) => space.assets.some((asset) => asset.sourcePath === file))) continue;
    if (!report.leftOut.some((line) => line.where === file)) report.leftOut.push({ reason: 'asset_unused', what: path.basename(file), where: file });
  }
  return { spaces, report };
}
