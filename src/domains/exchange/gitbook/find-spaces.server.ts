import path from 'node:path/posix';
import { takeFront } from './convert.ts';
import { anchorsOf } from './links.ts';
import type { LIMITS, Reason, Report } from './model.ts';
import { Names, plain, slugOf, tidyTitle } from './names.ts';
import { readConfig, type SpaceFolder } from './config.ts';
import { readSummary } from './summary.ts';
import { locate, readText, type Tree } from './walk.server.ts';

export type RawPage = {
  sourcePath: string;
  space: RawSpace;
  path: string;
  title: string;
  body: string;
  description: string | null;
  parent: RawPage | null;
  section: string | null;
  landing: boolean;
  anchors: Map<string, string>;
};
export type RawSpace = SpaceFolder & { slug: string; title: string; pages: RawPage[] };
/** All pages by the file they came from: what links are resolved against. */
export type Book = { spaces: RawSpace[]; pages: Map<string, RawPage> };

/** Finds the spaces of a folder and the pages their SUMMARYs list, before anything is converted. */
export async function findSpaces(tree: Tree, limits: typeof LIMITS, report: Report): Promise<Book> {
  const book: Book = { spaces: [], pages: new Map() };
  const folders = await spaceFolders(tree, report);
  const slugs = new Names();
  const lists = await Promise.all(folders.map(async (folder) => ({ folder, text: await readText(tree, folder.summary, limits.pageBytes) })));
  const claims = lists.map(({ folder, text }) => {
    if ('problem' in text) {
      report.leftOut.push({ reason: text.problem, what: folder.summary, where: folder.summary });
      return { folder, entries: [] };
    }
    const { entries, bad } = readSummary(text.text);
    for (const line of bad) report.leftOut.push({ reason: line.why, what: line.text, where: `${folder.summary}:${line.line}` });
    return { folder, entries: entries.map((entry) => ({ ...entry, at: locate(tree, folder.folder, entry.href) })) };
  });
  // A page listed by two spaces belongs to the one whose folder it lies in.
  const home = (file: string): string | null =>
    folders
      .map((each) => each.folder)
      .filter((each) => !each || file.startsWith(`${each}/`))
      .sort((a, b) => b.length - a.length)[0] ?? null;
  for (const { folder, entries } of claims) {
    const space: RawSpace = { ...folder, slug: '', title: '', pages: [] };
    const names = new Names();
    const open: (RawPage | null)[] = [];
    const readmeListed = entries.some((entry) => 'path' in entry.at && entry.at.path === folder.readme);
    const wanted =
      readmeListed || !tree.files.has(folder.readme) || !entries.length
        ? entries
        : [{ title: '', href: '', depth: 0, section: null, line: 0, at: { path: folder.readme } }, ...entries];
    for (const entry of wanted) {
      open.length = Math.min(open.length, entry.depth);
      const parent = open.findLast((page) => page) ?? null;
      const where = `${folder.summary}:${entry.line}`;
      const leave = (reason: Reason, data?: Record<string, string | number>): void => {
        report.leftOut.push({ reason, what: entry.href || entry.title, where, data });
        open[entry.depth] = null;
      };
      if ('problem' in entry.at) {
        leave(entry.at.problem);
        continue;
      }
      const file = entry.at.path;
      const owner = home(file);
      const twice = book.pages.get(file);
      if (twice) {
        leave(twice.space === space ? 'listed_twice' : 'listed_in_two_spaces', { file });
        continue;
      }
      if (owner !== folder.folder && claims.some((other) => other.folder.folder === owner && other.entries.some((e) => 'path' in e.at && e.at.path === file))) {
        leave('listed_in_two_spaces', { file });
        continue;
      }
      if (!/\.(?:md|markdown)$/i.test(file)) {
        leave('not_markdown', { file });
        continue;
      }
      if (space.pages.length >= limits.pages) {
        leave('too_many_pages', { limit: limits.pages });
        continue;
      }
      const read = await readText(tree, file, limits.pageBytes);
      if ('problem' in read) {
        leave(read.problem, { file, limit: limits.pageBytes });
        continue;
      }
      const { description, body, fault, others } = takeFront(read.text);
      if (fault) report.leftOut.push({ reason: 'front_matter', what: file, where: file });
      for (const key of others) report.leftOut.push({ reason: 'front_key', what: key, where: file });
      const printed = /^#\s+(.{1,400}?)\s*#*\s*$/m.exec(body.slice(0, 4000))?.[1];
      const found = (printed && plain(printed.replace(/<[^>]{0,300}>/g, '').replace(/&#x20;|&nbsp;/g, ' '))) || entry.title || path.basename(file);
      const title = tidyTitle(found);
      if (title !== found) report.changed.push({ reason: 'title_tidied', what: title, where: file, data: { before: found } });
      if (entry.title && printed && title !== tidyTitle(entry.title))
        report.changed.push({ reason: 'title_differs', what: title, where: file, data: { summary: entry.title } });
      const readme = /^readme\.md$/i.test(path.basename(file));
      const base = slugOf(readme ? entry.title || title : path.basename(file).replace(/\.[^.]*$/, ''));
      const name = names.take(base, `page-${space.pages.length + 1}`);
      if (base && name !== base) report.changed.push({ reason: 'name_clash', what: name, where: file, data: { wanted: base } });
      const page: RawPage = {
        sourcePath: file,
        space,
        path: name,
        title,
        body,
        description,
        parent,
        section: entry.section,
        landing: file === folder.readme,
        anchors: anchorsOf(body),
      };
      book.pages.set(file, page);
      space.pages.push(page);
      open[entry.depth] = page;
    }
    space.title = (space.pages.find((page) => page.landing) ?? space.pages[0])?.title ?? (path.basename(folder.folder) || path.basename(tree.root));
    // A first page called Introduction or Acronyms does not name its space: the folder does.
    const folderWords = path.basename(folder.folder).replace(/[-_]+/g, ' ').trim();
    if (folderWords && space.title.split(/\s+/).length < 3 && sharesNoWord(folderWords, space.title))
      space.title = folderWords[0]!.toUpperCase() + folderWords.slice(1);
    space.slug = slugs.take(slugOf(path.basename(folder.folder) || space.title, 48), `space-${book.spaces.length + 1}`);
    book.spaces.push(space);
  }
  return book;
}

function sharesNoWord(a: string, b: string): boolean {
  const words = new Set(b.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu) ?? []);
  return !(a.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu) ?? []).some((word) => words.has(word));
}

async function spaceFolders(tree: Tree, report: Report): Promise<SpaceFolder[]> {
  const found = new Map<string, SpaceFolder>();
  for (const file of tree.files.keys()) {
    if (path.basename(file) !== '.gitbook.yaml') continue;
    const folder = file.slice(0, -path.basename(file).length).replace(/\/$/, '');
    const read = await readText(tree, file, 65536);
    const config = 'text' in read ? readConfig(read.text, folder) : null;
    if (!config) report.leftOut.push({ reason: 'config', what: file, where: file });
    else if (tree.files.has(config.summary)) found.set(config.folder, config);
  }
  for (const file of tree.files.keys()) {
    const name = path.basename(file);
    if (!/^summary\.md$/i.test(name)) continue;
    const folder = file.slice(0, -name.length).replace(/\/$/, '');
    if (found.has(folder) || [...found.values()].some((space) => space.summary === file)) continue;
    const readme = ['README.md', 'readme.md', 'Readme.md'].map((each) => (folder ? `${folder}/${each}` : each)).find((each) => tree.files.has(each));
    found.set(folder, { folder, readme: readme ?? path.join(folder, 'README.md'), summary: file, redirects: [] });
  }
  return [...found.values()].sort((a, b) => (a.folder < b.folder ? -1 : 1));
}
