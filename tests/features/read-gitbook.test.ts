import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { GitbookReading, ImportedPage, Reason } from '#domains/exchange/gitbook/model.ts';
import { readGitbook } from '#domains/exchange/gitbook/read-gitbook.server.ts';
import { splitBlocks } from '#domains/library/text/blocks.ts';
import { parseControls } from '#domains/library/text/controls.ts';
import { splitPage } from '#domains/library/text/page.ts';

const FIXTURE = path.join(import.meta.dirname, '../fixtures/gitbook');
let reading: GitbookReading;
const pageAt = (source: string): ImportedPage => reading.spaces.flatMap((space) => space.pages).find((page) => page.sourcePath.endsWith(source))!;
const leftOut = (reason: Reason) => reading.report.leftOut.filter((line) => line.reason === reason).map((line) => line.where);
const bodyOf = (source: string) => splitPage(pageAt(source).text).body;

beforeAll(async () => {
  reading = await readGitbook(FIXTURE);
});

describe('spaces and pages', () => {
  test('each folder with a SUMMARY is a space, the root too', () => {
    expect(reading.refused).toBeUndefined();
    expect(reading.spaces.map((space) => [space.folder, space.slug, space.title, space.pages.length])).toEqual([
      ['', 'recommendations-against-card-cloning', 'Recommendations against card cloning', 3],
      ['accord', 'accord', 'Model MOU between two gardens', 3],
      ['apps', 'apps', 'Gate app security best practices', 3],
      ['lines', 'lines', 'Controls for regulators on lines', 4],
      ['shield', 'shield', 'Shield', 11],
    ]);
  });

  test('pages stand in SUMMARY order and nesting, under their group', () => {
    expect(reading.spaces[4]!.pages.map((page) => [page.order, page.parentPath, page.path, page.section])).toEqual([
      [0, null, 'short-words', null],
      [1, null, 'overview', null],
      [2, null, 'threats-cut-off-in-the-mid', null],
      [3, 'threats-cut-off-in-the-mid', 'garden-gate-attacks', null],
      [4, 'threats-cut-off-in-the-mid', 'lantern-attacks', null],
      [5, 'threats-cut-off-in-the-mid', 'ladder-attacks', null],
      [6, 'threats-cut-off-in-the-mid', 'mole-attacks', null],
      [7, null, 'how-we-measure', 'Method'],
      [8, 'how-we-measure', 'in-steps', 'Method'],
      [9, null, 'blocks', 'Method'],
      [10, null, 'blocks-2', 'Method'],
    ]);
  });

  test('old addresses are kept, the configured ones too', () => {
    expect(pageAt('garden-gate-attacks.md').redirectsFrom).toEqual([
      'threats-cut-off-in-the-mid/garden-gate-attacks',
      'threats-cut-off-in-the-mid/garden-gate-attacks.md',
    ]);
    expect(pageAt('apps/good-practice./secure-data-handling.md').redirectsFrom).toContain('old/data');
  });

  test('front matter says where a page comes from', () => {
    expect(splitPage(pageAt('shield/overview.md').text).front).toEqual({
      title: 'Overview',
      description: 'What the wall is for, in two lines',
      sources: ['GitBook: Shield'],
      licence: 'Not stated by the source',
      imported_from: 'gitbook:shield/overview.md',
    });
  });
});

describe('text', () => {
  test('every page is canonical: controls parse without a problem and the blocks give the body back', () => {
    for (const space of reading.spaces) {
      const slugs: string[] = [];
      for (const page of space.pages) {
        const { body, problem } = splitPage(page.text);
        const { controls, problems } = parseControls(body);
        expect([page.sourcePath, problem, problems]).toEqual([page.sourcePath, undefined, []]);
        expect(
          splitBlocks(body)
            .map((block) => block.text)
            .join(''),
        ).toBe(body);
        expect(controls.map((control) => [control.slug, control.title, control.text, control.kind, control.note || null])).toEqual(
          page.controls.map((control) => [control.slug, control.title, control.text, control.kind, control.note]),
        );
        slugs.push(...controls.map((control) => control.slug));
      }
      expect(new Set(slugs).size).toBe(slugs.length);
    }
  });

  test('no HTML, reference or template mark is left in prose', () => {
    for (const page of reading.spaces.flatMap((space) => space.pages)) {
      const prose = splitPage(page.text).body.replace(/```[\s\S]*?```/g, '');
      expect(prose).not.toMatch(/<\/?[a-z]+[\s>]|&#|\{%|[\uE000-\uE0FF\u200B]|\*\*\s*\*\*/i);
    }
  });

  test('hints, tabs, code, task lists and figures', () => {
    const body = bodyOf('deep/Blocks.md');
    expect(body).toContain(':::hint{style="warning"}\nMind the **gap**.\n\n- one\n- two\n:::');
    expect(body).toContain('**Night**\n\nBy night it is shut.');
    expect(body).toContain('```bash\necho "{% hint %} stays as it is" # :::control\n```');
    expect(body).toContain('- [x] done\n- [ ] to do\n  - nested marked and underlined');
    expect(body).toContain('| Left | Right |\n| :--- | ---: |\n| a \\| b | `c` |');
    expect(body).toContain(':::figure{src="wall-plan.png" alt="plan"}\n:::');
    expect(body).toContain('**More about hens**\n\nThey sleep at night.\\\nAll of them.');
    expect(body).toContain('[Overview](/library/shield/overview)');
    expect(parseControls(body).controls).toEqual([]);
  });

  test('HTML tables become tables, or lists where a cell holds paragraphs', () => {
    expect(bodyOf('shield/README.md')).toBe('|  |  |\n| --- | --- |\n| GW | Garden Wall |\n| LL | Ladder & Lantern \\| both |\n');
    expect(bodyOf('shield/overview.md')).toContain('*Part: Threats*\n\n**Gate**\n\n- A rusty hinge\n- A lost key\n\n**Wall**\n\n- A loose stone');
  });

  test('links lead to the new addresses, across spaces; broken ones stay as words', () => {
    expect(bodyOf('shield/overview.md')).toContain(
      'Read [the part above](#words-with-an-old-anchor), the [first threat](/library/shield/garden-gate-attacks) or an annex.',
    );
    expect(pageAt('README.md').text).toContain('[garden wall](/library/shield/garden-gate-attacks)');
    expect(bodyOf('deep/README.md')).toContain('Go [down](/library/shield/in-steps), [up](/library/shield/overview#words-with-an-old-anchor) or out.');
    expect(bodyOf('deep/Blocks.md')).toContain('Script and space and [file](/library/shield/assets/leaflet.pdf).');
  });

  test('a heading that merged with another is led to no more', () => {
    expect(bodyOf('lines/standards.md')).toContain(
      '[lenders](/library/shield/lantern-attacks) and [owners](/library/shield/lantern-attacks#affected-entity-third-party-dfs-provider)',
    );
  });

  test('assets are sniffed, named without clashes, and taken from sibling folders', () => {
    expect(reading.spaces[4]!.assets.map((asset) => [asset.name, asset.mime])).toEqual([
      ['wall-plan.png', 'image/png'],
      ['leaflet.pdf', 'application/pdf'],
    ]);
    expect(reading.spaces[0]!.assets.map((asset) => asset.sourcePath)).toEqual(['lines/.gitbook/assets/image (1).png']);
  });
});

describe('controls', () => {
  test('numbered items in every spelling, with what is printed above them', () => {
    const controls = reading.spaces[4]!.pages.flatMap((page) => page.controls);
    expect(
      controls.map((control) => [control.aliases.join(), control.entity.join(' '), control.risk, control.vulnerability, control.dimension.join(' ')]),
    ).toEqual([
      ['gitbook:1.1', 'dfs-provider', 'Hens are counted wrongly', 'The gate stands open at night', ''],
      ['gitbook:1.2', 'dfs-provider', 'Hens are counted wrongly', 'Nobody looks where the key is', 'communication-security'],
      ['gitbook:1.3', 'dfs-provider', 'Foxes come in', 'Foxes come in', 'data-integrity'],
      ['gitbook:1.4', 'dfs-provider', 'The owner is mistaken for a stranger', 'Faces are not compared', 'authentication access-control'],
      ['gitbook:1.5', 'dfs-provider', 'The owner is mistaken for a stranger', 'Faces are not compared', 'authentication access-control'],
      ['gitbook:1.5', 'mno dfs-provider', null, 'Gates are counted once a year', 'availability'],
      ['gitbook:1.6', 'mobile-user', null, 'Gates are counted once a year', 'availability'],
      ['gitbook:2.1', 'third-party-provider dfs-provider', 'Light falls where it should not', 'Lamps are left burning', 'privacy'],
      ['gitbook:2.2', 'third-party-provider dfs-provider', 'Light falls where it should not', 'Lamps are borrowed', 'data-integrity'],
      ['gitbook:2.4', 'third-party-provider dfs-provider', 'Light falls where it should not', 'Lamps are borrowed', 'data-integrity'],
      ['gitbook:3.1', 'mobile-user', 'Someone climbs', 'Ladders stay outside', 'data-confidentiality access-control'],
      ['gitbook:12.32', 'mno', 'The ground gives way', 'Soft soil', 'availability'],
      ['gitbook:12.32', 'mno', 'The ground gives way', 'Soft soil', 'availability'],
    ]);
    expect(controls.map((control) => control.order)).toEqual(controls.map((_, n) => n));
    expect(controls.map((control) => control.group)).toEqual([
      ...Array(7).fill('threat:1'),
      ...Array(3).fill('threat:2'),
      'threat:3',
      'threat:12',
      'threat:12',
    ]);
  });

  test('marks, debris and lost paragraphs are put right', () => {
    const by = (alias: string) => reading.spaces[4]!.pages.flatMap((page) => page.controls).filter((control) => control.aliases.includes(`gitbook:${alias}`));
    expect(by('1.4')[0]!.text).toBe('Compare the face with the picture, when there is one.');
    expect(by('1.5')[0]!.text).toBe('Ask the following of the guard:\n\na) Stay awake.\n\nb) Carry a lamp.');
    expect(by('1.5')[1]!.text).toBe('Count the gates every week.');
    expect(by('1.5')[1]!.note).toMatch(/1\.5 more than once; this is number 2/);
    expect(by('2.2')[0]!.note).toMatch(/breaks off/);
    expect(by('2.4')[0]!).toMatchObject({ note: null, role: ['mno', 'merchant'] });
    expect(by('3.1')[0]!.text).toBe('Users should bring ladders in. Some things to consider:\n\na) Lock them.\n\nb) Paint them.');
  });

  test('what is no control stays in its place', () => {
    expect(bodyOf('ladder-attacks.md')).toMatch(/\*\*Vulnerability:\*\* Nobody counts the rungs\n\n- An item that is no control stays in its list\.\n$/);
    expect(bodyOf('lantern-attacks.md')).toContain('**Risk:** Nothing is printed below this one');
    expect(bodyOf('shield/overview.md')).toContain('1. The wall\n2. The gate');
  });

  test('numbered lists are rules where the space says so', () => {
    const aliases = (n: number) => reading.spaces[n]!.pages.flatMap((page) => page.controls).map((control) => `${control.kind} ${control.aliases.join()}`);
    expect(aliases(0)).toEqual([
      'recommendation gitbook:regulator.1',
      'recommendation gitbook:regulator.2',
      ...[1, 2, 3, 4].map((n) => `recommendation gitbook:mno.${n}`),
    ]);
    expect(aliases(1)).toEqual([
      'clause gitbook:A1.1',
      'clause gitbook:A1.2',
      'clause gitbook:A2.matters.1',
      'clause gitbook:A2.matters.2',
      'clause gitbook:A2.topics.1',
      'clause gitbook:A2.topics.2',
      'clause gitbook:A4.1',
      'clause gitbook:A4.must.1',
      'clause gitbook:A4.must.2',
    ]);
    expect(aliases(2)).toEqual([
      'practice gitbook:device.1',
      'practice gitbook:device.2',
      'practice gitbook:data.1',
      'practice gitbook:data.2',
      'practice gitbook:data.3',
    ]);
    expect(aliases(3)).toEqual([
      'recommendation gitbook:regulator.1',
      'recommendation gitbook:regulator.2',
      'recommendation gitbook:provider.1',
      'recommendation gitbook:provider.2',
    ]);
    expect(reading.spaces[1]!.pages[2]!.controls[1]!.text).toBe('Serve the gardens:\n\n- Early;\n- Late;');
    expect(reading.spaces[0]!.pages[2]!.controls[2]!.text).toBe(
      '**Photograph the seal**: keep the photograph for a year.\n\n:::figure{src="image-1.png" alt="A seal of two colours"}\nA seal of two colours\n:::',
    );
  });
});

describe('report', () => {
  test('nothing is left out silently', () => {
    expect(leftOut('summary_line')).toEqual(['shield/SUMMARY.md:11']);
    expect(leftOut('summary_external')).toEqual(['shield/SUMMARY.md:13']);
    expect(leftOut('listed_twice')).toEqual(['shield/SUMMARY.md:10']);
    expect(leftOut('missing_file')).toEqual(['shield/SUMMARY.md:12', 'shield/deep/Blocks.md']);
    expect(leftOut('climbs_out')).toEqual(['shield/deep/README.md']);
    expect(leftOut('asset_svg')).toEqual(['shield/.gitbook/assets/drawn.svg']);
    expect(leftOut('asset_unused')).toEqual(['lines/.gitbook/assets/image.png']);
    expect(leftOut('copy_of')).toEqual(['accord/accord-parts/areas-of-cooperation.md']);
    expect(leftOut('not_in_summary')).toEqual(['lines/rules-for-lines/old-guidance.md', 'shield/forgotten.md']);
    expect(leftOut('api_block')).toHaveLength(2);
    expect(leftOut('active_html')).toHaveLength(2);
    expect(reading.report.leftOut.filter((line) => line.reason === 'broken_link').map((line) => line.what)).toEqual([
      'gone.md',
      'file:///C:/Users/someone/Annex%201.docx',
      'javascript:alert(1)',
      'broken://spaces/abc',
    ]);
  });

  test('what came in is counted', () => {
    expect(reading.report.in.filter((line) => line.reason === 'space').map((line) => line.data)).toEqual([
      { pages: 3, controls: 6, assets: 1 },
      { pages: 3, controls: 9, assets: 0 },
      { pages: 3, controls: 5, assets: 0 },
      { pages: 4, controls: 4, assets: 0 },
      { pages: 11, controls: 13, assets: 2 },
    ]);
  });

  test('reading twice says the same', async () => {
    expect(await readGitbook(FIXTURE)).toEqual(reading);
  });
});
