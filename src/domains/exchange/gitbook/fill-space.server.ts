import path from 'node:path/posix';
import { stringify } from 'yaml';
import { Assets } from './assets.server.ts';
import { convertBody, splitList, type Converted } from './convert.ts';
import type { ControlMaker, Tell } from './control-record.ts';
import { printedNumbers, recogniseControls } from './controls.ts';
import type { Book, RawPage, RawSpace } from './find-spaces.server.ts';
import { isOutside, outsideLink } from './links.ts';
import { controlsFromLists, listKindOf, listPageOf } from './lists.ts';
import type { ImportedPage, ImportedSpace, LIMITS, ReadOptions, Report } from './model.ts';
import { Names } from './names.ts';
import { oldAddresses } from './config.ts';
import { printBlocks } from './print.ts';
import { locate, type Tree } from './walk.server.ts';

/** Converts the pages of one space and recognises their controls, in SUMMARY order. */
export async function fillSpace(
  space: RawSpace,
  book: Book,
  tree: Tree,
  options: ReadOptions & { limits: typeof LIMITS },
  report: Report,
): Promise<ImportedSpace> {
  const first = report.in.length;
  const assets = new Assets(tree, options.limits, report);
  for (const page of space.pages)
    for (const href of referred(page.body)) {
      const at = isOutside(href) ? null : locate(tree, folderOf(page), href.replace(/[?#].*$/, ''));
      if (at && 'path' in at && !/\.(?:md|markdown)$/i.test(at.path)) await assets.consider(at.path);
    }
  const converted = space.pages.map((page) => convertOne(page, book, tree, assets, report));
  const numbered = converted.some(({ made }) => printedNumbers(made.blocks).length > 0);
  const kind = numbered ? null : listKindOf(space.title);
  const names = new Names();
  const seen = new Map<string, number>();
  let order = 0;
  const pages = converted.map(({ page, made, used }, index): ImportedPage => {
    const tell = teller(report, page.sourcePath);
    const maker: ControlMaker = {
      names,
      tell,
      group: null,
      controls: [],
      nextOrder: () => order++,
      repeats: (printed) => {
        const n = (seen.get(printed) ?? 0) + 1;
        seen.set(printed, n);
        return n;
      },
    };
    let blocks = made.blocks;
    const numbers = printedNumbers(blocks);
    const rules = kind && listPageOf(kind, page.title, page.path, page.landing, blocks);
    if (numbers.length) {
      maker.group = threatOf(numbers);
      blocks = recogniseControls(blocks, maker);
    } else if (kind && rules) {
      const before = maker.controls.length;
      maker.group = rules.group;
      blocks = controlsFromLists(blocks, kind, rules, maker);
      if (maker.controls.length === before) maker.group = null;
    } else if (kind && page.landing && blocks.some((block) => block.t === 'list' && block.ordered)) tell('changed', 'repeated_list', page.title);
    blocks = blocks.flatMap((block) => (block.t === 'list' ? splitList(block, tell) : [block]));
    if (maker.controls.length) report.in.push({ reason: 'controls', what: page.title, where: page.sourcePath, data: { count: maker.controls.length } });
    report.in.push({ reason: 'page', what: page.title, where: page.sourcePath, data: { path: page.path } });
    return {
      path: page.path,
      sourcePath: page.sourcePath,
      title: made.title ?? page.title,
      description: page.description,
      parentPath: page.parent?.path ?? null,
      order: index,
      section: page.section,
      group: maker.group,
      text: wholePage(page, maker.group, printBlocks(blocks), options),
      controls: maker.controls,
      assets: [...used],
      redirectsFrom: redirects(page),
    };
  });
  for (const asset of assets.list) report.in.push({ reason: 'asset', what: asset.name, where: asset.sourcePath, data: { size: asset.size, mime: asset.mime } });
  report.in.splice(first, 0, {
    reason: 'space',
    what: space.title,
    where: space.folder || '.',
    data: { pages: pages.length, controls: order, assets: assets.list.length },
  });
  return { folder: space.folder, slug: space.slug, title: space.title, pages, assets: assets.list };
}

const folderOf = (page: RawPage): string => (page.sourcePath.includes('/') ? path.dirname(page.sourcePath) : '');

const teller =
  (report: Report, where: string): Tell =>
  (list, reason, what, data) => {
    report[list].push({ reason, what, where, data });
  };

function convertOne(page: RawPage, book: Book, tree: Tree, assets: Assets, report: Report): { page: RawPage; made: Converted; used: Set<string> } {
  const used = new Set<string>();
  const tell = teller(report, page.sourcePath);
  const asset = (src: string): string | null => {
    const at = locate(tree, folderOf(page), src.replace(/[?#].*$/, ''));
    const found = 'path' in at ? assets.get(at.path) : null;
    // What a refused file's name and reason are has been said once; a file that is not there is said here.
    if ('problem' in at) tell('leftOut', at.problem, src);
    if (found) used.add(found.name);
    return found?.name ?? null;
  };
  const made = convertBody(page.body, {
    tell,
    asset,
    link: (href, label) => {
      const broken = (): { plain: true } => {
        tell('leftOut', 'broken_link', href.slice(0, 200), { label: label.slice(0, 80) });
        return { plain: true };
      };
      if (isOutside(href)) {
        const outside = outsideLink(href);
        return outside ? { href: outside } : broken();
      }
      const [file = '', anchor = ''] = href.split('#');
      const target = file ? findPage(file, page, book, tree) : page;
      if (target) {
        const heading = anchor ? target.anchors.get(decode(anchor)) : undefined;
        if (anchor && heading === undefined) tell('changed', 'anchor_lost', href);
        if (target === page && !heading) return { plain: true };
        // A reference block is labelled with a file name; its reader wants the page's.
        const named = /^[^\s/]+\.md$/i.test(label.trim()) ? { label: target.title } : {};
        return { ...named, href: `${target === page ? '' : `/library/${target.space.slug}/${target.path}`}${heading ? `#${heading}` : ''}` };
      }
      const at = locate(tree, folderOf(page), file);
      if ('problem' in at && at.problem === 'climbs_out') {
        tell('leftOut', 'climbs_out', href);
        return { plain: true };
      }
      const name = 'path' in at && !/\.(?:md|markdown)$/i.test(at.path) ? asset(file) : null;
      if (!name) return broken();
      tell('changed', 'file_link', name);
      return { href: `/library/${page.space.slug}/assets/${name}` };
    },
  });
  return { page, made, used };
}

function findPage(href: string, from: RawPage, book: Book, tree: Tree): RawPage | null {
  for (const file of [href, `${href}.md`, `${href.replace(/\/$/, '')}/README.md`]) {
    const at = locate(tree, folderOf(from), file);
    const page = 'path' in at ? book.pages.get(at.path) : undefined;
    if (page) return page;
  }
  return null;
}

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

function threatOf(numbers: string[]): string {
  const counts = new Map<string, number>();
  for (const number of numbers) {
    const threat = number.split('.')[0]!;
    counts.set(threat, (counts.get(threat) ?? 0) + 1);
  }
  return `threat:${[...counts].sort((a, b) => b[1] - a[1])[0]![0]}`;
}

function redirects(page: RawPage): string[] {
  const own = oldAddresses(page.sourcePath, page.space.folder, page.path);
  const configured = page.space.redirects
    .filter(([, to]) => {
      const target = to.replace(/^\.?\//, '');
      return page.sourcePath === (page.space.folder ? `${page.space.folder}/${target}` : target);
    })
    .map(([from]) => from.replace(/^\/+|\/+$/g, ''));
  return [...new Set([...own, ...configured])].filter((old) => old && !old.split('/').includes('..'));
}

function wholePage(page: RawPage, group: string | null, body: string, options: ReadOptions): string {
  const published = oldAddresses(page.sourcePath, page.space.folder, '')[0] ?? '';
  const front = Object.fromEntries(
    Object.entries({
      title: page.title,
      description: page.description,
      group,
      sources: options.sources?.length ? options.sources : [`GitBook: ${page.space.title}`],
      licence: options.licence ?? 'Not stated by the source',
      source_url: options.sourceUrl && `${options.sourceUrl.replace(/\/$/, '')}/${encodeURI(published.replace(/readme$/i, ''))}`.replace(/\/$/, ''),
      imported_from: `gitbook:${page.sourcePath}`,
    }).filter(([, value]) => value),
  );
  return `---\n${stringify(front, { schema: 'failsafe', lineWidth: 0, aliasDuplicateObjects: false })}---\n\n${body}${body ? '\n' : ''}`;
}

/** Files a page may refer to, roughly: what is not a file here is sorted out when the link is read. */
function referred(body: string): string[] {
  const found = new Set<string>();
  for (const [, a, b] of body.matchAll(/\bsrc\s*=\s*(?:"([^"\n]{1,500})"|'([^'\n]{1,500})')/gi)) found.add((a ?? b)!);
  for (const [, a, b] of body.matchAll(/\]\(\s*(?:<([^<>\n]{1,500})>|((?:\\.|[^\s()\\]|\([^\s()]{0,200}\)){1,500}))/g)) found.add((a ?? b)!);
  return [...found].map((href) => href.replace(/&amp;/g, '&').replace(/&#x20;/g, ' '));
}
