import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { GitbookReading } from '#domains/exchange/gitbook/model.ts';
import { readGitbook } from '#domains/exchange/gitbook/read-gitbook.server.ts';
import { parseControls } from '#domains/library/text/controls.ts';
import { splitPage } from '#domains/library/text/page.ts';
import { folderOf } from '../support/gitbook.ts';

const made: string[] = [];
const book = (files: Record<string, string | Buffer>): string => {
  const folder = folderOf(files);
  made.push(folder);
  return folder;
};
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const told = (reading: GitbookReading) => reading.report.leftOut.map((line) => `${line.reason} ${line.where}`);
const paths = (reading: GitbookReading) => reading.spaces.flatMap((space) => space.pages.map((page) => page.path));
const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==', 'base64');

test('a folder that is no GitBook, no folder or empty is refused whole, with one sentence', async () => {
  expect((await readGitbook(book({ 'README.md': '# A' }))).refused).toMatchObject({ code: 'exchange.gitbook.no_summary' });
  expect((await readGitbook(book({}))).refused).toMatchObject({ code: 'exchange.gitbook.no_summary' });
  expect((await readGitbook('/nowhere/at/all')).refused).toMatchObject({ code: 'exchange.gitbook.no_folder' });
  expect((await readGitbook(path.join(book({ 'SUMMARY.md': '' }), 'SUMMARY.md'))).refused).toMatchObject({ code: 'exchange.gitbook.no_folder' });
  expect((await readGitbook(book({ 'SUMMARY.md': '* [A](gone.md)' }))).refused).toMatchObject({ code: 'exchange.gitbook.nothing_usable' });
});

test('a path that climbs out is named and what lies there is not read', async () => {
  const reading = await readGitbook(
    book({
      'SUMMARY.md':
        '* [A](a.md)\n* [P](../../../../etc/passwd)\n* [Q](/etc/passwd)\n* [R](..%2f..%2fetc%2fpasswd)\n* [W](..\\..\\etc\\passwd)\n* [C](C:\\\\secret.md)',
      'a.md': '# A\n\n[x](../../etc/passwd) ![y](/etc/passwd) <img src="../../../etc/hostname">',
      '.gitbook.yaml': 'redirects:\n  ../../x: a.md\n',
    }),
  );
  expect(told(reading).filter((line) => line.startsWith('climbs_out'))).toEqual([
    'climbs_out SUMMARY.md:2',
    'climbs_out SUMMARY.md:3',
    'climbs_out SUMMARY.md:4',
    'climbs_out a.md',
    'climbs_out a.md',
    'climbs_out a.md',
  ]);
  expect(JSON.stringify(reading)).not.toContain('root:');
  expect(reading.spaces[0]!.pages[0]!.redirectsFrom).not.toContain('../../x');
});

test('a configured root that climbs out is refused by name', async () => {
  const reading = await readGitbook(book({ 'b/.gitbook.yaml': 'root: ../../..\n', 'b/SUMMARY.md': '* [A](a.md)', 'b/a.md': '# A' }));
  expect(told(reading)).toEqual(['config b/.gitbook.yaml']);
  expect(paths(reading)).toEqual(['a']);
});

test('a configured root and structure are followed', async () => {
  const reading = await readGitbook(
    book({
      '.gitbook.yaml': 'root: ./docs/\nstructure:\n  readme: START.md\n  summary: LIST.md\nredirects:\n  was/here: a/b.md\n',
      'docs/LIST.md': '* [B](a/b.md)',
      'docs/START.md': '# Start',
      'docs/a/b.md': '# B',
    }),
  );
  expect(paths(reading)).toEqual(['start', 'b']);
  expect(reading.spaces[0]!.pages[1]!.redirectsFrom).toContain('was/here');
});

test('links, folders, pipes and wrong encodings are named, the rest is read', async () => {
  const outside = book({ 'secret.md': '# Secret' });
  const folder = book({
    'SUMMARY.md': '* [L](link.md)\n* [I](inside/secret.md)\n* [F](folder)\n* [P](pipe.md)\n* [U](bad.md)\n* [Z](zero.md)\n* [A](a.md)',
    'a.md': '# A\n\n<img src="pic.png">',
    'bad.md': Buffer.from([0x23, 0x20, 0xff, 0xfe, 0x41]),
    'zero.md': '# A\u0000B',
  });
  symlinkSync(path.join(outside, 'secret.md'), path.join(folder, 'link.md'));
  symlinkSync(outside, path.join(folder, 'inside'));
  symlinkSync('/etc/hostname', path.join(folder, 'pic.png'));
  mkdirSync(path.join(folder, 'folder'));
  execFileSync('mkfifo', [path.join(folder, 'pipe.md')]);
  const reading = await readGitbook(folder);
  expect(told(reading)).toEqual([
    'is_link inside',
    'is_link link.md',
    'is_link pic.png',
    'is_special pipe.md',
    'is_link SUMMARY.md:1',
    'is_link SUMMARY.md:2',
    'is_folder SUMMARY.md:3',
    'is_special SUMMARY.md:4',
    'not_utf8 SUMMARY.md:5',
    'not_utf8 SUMMARY.md:6',
    'is_link a.md',
  ]);
  expect(paths(reading)).toEqual(['a']);
  expect(JSON.stringify(reading)).not.toContain('Secret');
});

test('a 50 MB image, a 5 MB page and files that are not what they say are refused by name', async () => {
  const folder = book({
    'SUMMARY.md': '* [A](a.md)\n* [Big](big.md)\n* [T](notes.txt)',
    'notes.txt': 'x',
    'big.md': `# Big\n\n${'words '.repeat(900_000)}`,
    'a.md': '# A\n\n![h](huge.png) ![f](fake.png) ![s](s.png) ![ok](Ok.PNG) ![ok](sub/ok.png) ![e](empty.png)',
    'fake.png': '<html><script>alert(1)</script>',
    's.png': '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script/></svg>',
    'Ok.PNG': PNG,
    'sub/ok.png': PNG,
    'huge.png': '',
    'empty.png': '',
  });
  truncateSync(path.join(folder, 'huge.png'), 50 * 1024 * 1024);
  const reading = await readGitbook(folder);
  expect(told(reading).sort()).toEqual([
    'asset_kind empty.png',
    'asset_kind fake.png',
    'asset_svg s.png',
    'asset_too_large huge.png',
    'not_markdown SUMMARY.md:3',
    'page_too_large SUMMARY.md:2',
  ]);
  expect(reading.report.leftOut.find((line) => line.reason === 'asset_too_large')!.data).toEqual({ size: 52428800, limit: 10485760 });
  expect(reading.spaces[0]!.assets.map((asset) => asset.name)).toEqual(['ok.png', 'ok-2.png']);
});

test('two thousand pages of a space are read; above the limit the rest is named', async () => {
  const files: Record<string, string> = {
    'SUMMARY.md': Array.from({ length: 3000 }, (_, n) => `${' '.repeat((n % 40) * 2)}* [Same title](p/${n}.md)`).join('\n'),
  };
  for (let n = 0; n < 3000; n++) files[`p/${n}.md`] = `# Same title\n\nText ${n} [next](${(n + 1) % 3000}.md)`;
  const folder = book(files);
  const started = performance.now();
  const reading = await readGitbook(folder);
  expect(performance.now() - started).toBeLessThan(10_000);
  expect(new Set(paths(reading)).size).toBe(2000);
  expect(told(reading).filter((line) => line.startsWith('too_many_pages'))).toHaveLength(1000);
  expect(told(await readGitbook(folder, { limits: { pages: 10 } })).filter((line) => line.startsWith('too_many_pages'))).toHaveLength(2990);
});

test('deep folders end somewhere', async () => {
  const reading = await readGitbook(book({ 'SUMMARY.md': '* [A](a.md)', 'a.md': '# A', [`${'d/'.repeat(30)}x.md`]: '# X' }));
  expect(told(reading)).toEqual([`too_deep ${'d/'.repeat(21).slice(0, -1)}`]);
});

test('names clash in case and in script, and every page keeps an address', async () => {
  const reading = await readGitbook(
    book({
      'SUMMARY.md': '* [A](Gate.md)\n* [B](x/gate.md)\n* [C](围墙.md)\n* [D](门.md)',
      'Gate.md': '# A',
      'x/gate.md': '# B',
      '围墙.md': '# 围墙',
      '门.md': '# 门\n\n[wall](围墙.md) [encoded](%E5%9B%B4%E5%A2%99.md)',
    }),
  );
  expect(paths(reading)).toEqual(['gate', 'gate-2', 'page-3', 'page-4']);
  expect(reading.spaces[0]!.pages[3]!.text).toContain('[wall](/library/');
});

test('two spaces that list one file: the one that lives there has it', async () => {
  const reading = await readGitbook(book({ 'a/SUMMARY.md': '* [X](../b/x.md)\n* [Y](y.md)', 'a/y.md': '# Y', 'b/SUMMARY.md': '* [X](x.md)', 'b/x.md': '# X' }));
  expect(reading.spaces.map((space) => space.pages.map((page) => page.sourcePath))).toEqual([['a/y.md'], ['b/x.md']]);
  expect(told(reading)).toEqual(['listed_in_two_spaces a/SUMMARY.md:1']);
});

test('front matter that explodes or is none is left out and the page kept', async () => {
  const bomb = `---\na: &a [x,x]\nb: &b [*a,*a]\ndescription: *b\n---\n# A\n\nText`;
  const reading = await readGitbook(book({ 'SUMMARY.md': '* [A](a.md)\n* [B](b.md)', 'a.md': bomb, 'b.md': '---\n: : [\n---\n# B' }));
  expect(told(reading)).toEqual(['front_matter a.md', 'front_matter b.md']);
  expect(splitPage(reading.spaces[0]!.pages[0]!.text).body).toBe('Text\n');
});

test('other keys of a head are named, and prose between two rules is no head', async () => {
  const reading = await readGitbook(
    book({
      'SUMMARY.md': '* [A](a.md)\n* [B](b.md)',
      'a.md': '---\nicon: hen\nhidden: true\ndescription: Hens\n---\n# A',
      'b.md': '---\n\nOnly words.\n\n---\n\n# B',
    }),
  );
  expect(told(reading)).toEqual(['front_key a.md', 'front_key a.md']);
  expect(reading.spaces[0]!.pages[0]!.description).toBe('Hens');
  expect(splitPage(reading.spaces[0]!.pages[1]!.text).body).toContain('Only words.');
});

test('text cannot smuggle a control, close one, or break out of its attributes', async () => {
  const reading = await readGitbook(
    book({
      'SUMMARY.md': '* [A](a.md)',
      'a.md':
        '# A" }\n\n:::control[x]{#x}\ny\n:::\n\n\uE000hint info\uE001\n\n### Affected entity: MNO\n\n**Risk:** A "quoted" & }risk\n\n* **Vulnerability:** x"} (SD: privacy)\n  * [ ] **Control 1.1:** Do this\n\n    :::\n\n    :::control[evil]{#evil}\n\n    ```\n    :::\n    ```\n',
    }),
  );
  const { controls, problems } = parseControls(splitPage(reading.spaces[0]!.pages[0]!.text).body);
  expect(problems).toEqual([]);
  expect(controls.map((control) => [control.slug, control.risk, control.vulnerability])).toEqual([['do-this', 'A "quoted" & }risk', 'x"}']]);
});

test('a page of hostile Markdown takes no time', async () => {
  const files: Record<string, string> = {};
  const nasty = [
    '>'.repeat(50_000),
    '* '.repeat(20_000),
    '[![['.repeat(30_000),
    '<table><tr><td>'.repeat(20_000),
    '{% hint %}\n'.repeat(20_000),
    '{% tab title="'.repeat(20_000),
    '**Control 1.1:**'.repeat(20_000),
    '_'.repeat(100_000),
    '<figure>'.repeat(30_000),
    `${'# '.repeat(40_000)}`,
    '| a '.repeat(30_000) + '\n' + '|---'.repeat(30_000),
    '* **Vulnerability:** x\n'.repeat(12_000),
    '<!-- '.repeat(40_000),
    '\\'.repeat(100_000),
    '&#x20;'.repeat(50_000),
  ];
  nasty.forEach((text, n) => {
    files[`p${n}.md`] = `# P\n\n${text}`;
  });
  files['SUMMARY.md'] = nasty.map((_, n) => `* [P](p${n}.md)`).join('\n');
  const folder = book(files);
  for (let n = 0; n < nasty.length; n++) {
    writeFileSync(path.join(folder, 'SUMMARY.md'), `* [P](p${n}.md)`);
    const started = performance.now();
    await readGitbook(folder);
    expect([n, performance.now() - started < 8000]).toEqual([n, true]);
  }
}, 120_000);
