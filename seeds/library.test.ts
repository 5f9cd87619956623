import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { pageProblems } from '#domains/library/check-page-text.ts';
import { type ParsedControl, parseControls } from '#domains/library/text/controls.ts';
import { splitPage } from '#domains/library/text/page.ts';
import { readPages, readSpaces, readVocabulary } from './starter.ts';

const spaces = readSpaces();
const vocabulary = readVocabulary();
const pages = spaces.flatMap((space) => readPages(space).map((page) => ({ space: space.slug, ...page, ...splitPage(page.text) })));
const controls = pages.flatMap(({ space, path, body }) => parseControls(body).controls.map((control) => ({ ...control, space, page: path })));
const within = (space: string, page?: string) => controls.filter((control) => control.space === space && (!page || control.page === page));
const aliases = (control: ParsedControl, scheme: string) => control.aliases.flatMap((alias) => (alias.scheme === scheme ? [alias.value] : []));

describe('the counts hold', () => {
  const framework = within('security-assurance-framework');

  test('the framework has 17 threats and 120 controls', () => {
    const threats = pages.map((page) => page.front.group).filter((group) => String(group).startsWith('threat:'));
    expect(threats).toEqual(Array.from({ length: 17 }, (_, n) => `threat:${n + 1}`));
    expect(framework).toHaveLength(120);
  });

  test('every number of the sources is there, and those printed twice name two controls', () => {
    const gitbook = framework.flatMap((control) => aliases(control, 'gitbook'));
    expect(gitbook).toHaveLength(120);
    expect(gitbook.filter((number, at) => gitbook.indexOf(number) !== at)).toEqual(['8.9', '9.1', '11.1', '12.32']);
    expect(gitbook).not.toContain('12.12');
    const report = new Set(framework.flatMap((control) => aliases(control, 'figi-2021')));
    expect([...report].toSorted()).toEqual(Array.from({ length: 119 }, (_, n) => `C${n + 1}`).toSorted());
  });

  test('where the source breaks off, the record says so', () => {
    const broken = framework.find((control) => aliases(control, 'gitbook').includes('13.11'));
    expect(broken?.note).toContain('breaks off');
  });

  test.each([
    ['ss7', 'regulators', 7],
    ['ss7', 'operators', 7],
    ['ss7', 'providers', 5],
    ['sim-swap', 'regulators', 2],
    ['sim-swap', 'operators', 10],
    ['sim-swap', 'providers', 3],
    ['mobile-app-practices', undefined, 24],
    ['consumer-competence', undefined, 15],
    ['model-mou', undefined, 8 + 53],
  ])('%s %s holds %i', (space, page, count) => {
    expect(within(space, page)).toHaveLength(count);
  });

  test('the MoU has 8 clauses and 53 numbered items', () => {
    const numbers = within('model-mou').flatMap((control) => aliases(control, 'gitbook'));
    expect(numbers.filter((number) => /^A\d\.\d+$/.test(number))).toHaveLength(8);
    expect(numbers.filter((number) => /^A\d\.[a-z]+\.\d+$/.test(number))).toHaveLength(53);
    expect(new Set(numbers).size).toBe(61);
  });
});

describe('every control is well made', () => {
  test('slugs are unique in their space', () => {
    for (const { slug } of spaces) {
      const slugs = within(slug).map((control) => control.slug);
      expect(new Set(slugs).size, slug).toBe(slugs.length);
    }
  });

  test('kind, entity, role and dimension come from the declared lists', () => {
    const ids = (list: keyof typeof vocabulary) => vocabulary[list].map((entry) => entry.id);
    for (const { slug, kind, entity, role, dimension } of controls) {
      expect(ids('kinds'), slug).toContain(kind);
      expect(ids('entities'), slug).toEqual(expect.arrayContaining(entity));
      expect(ids('roles'), slug).toEqual(expect.arrayContaining(role));
      expect(ids('dimensions'), slug).toEqual(expect.arrayContaining(dimension));
    }
  });

  test('a title has at most twelve words, and a text of whole sentences is there', () => {
    for (const control of controls) {
      expect(control.title.split(' ').length, control.slug).toBeLessThanOrEqual(12);
      expect(control.text, control.slug).toMatch(/\.$/);
    }
  });

  test('a framework control says whom it affects and where its number comes from', () => {
    for (const control of within('security-assurance-framework')) {
      expect(control.entity.length, control.slug).toBeGreaterThan(0);
      expect(control.vulnerability, control.slug).not.toBe('');
      for (const scheme of ['gitbook', 'figi-2021', 'x1150']) expect(aliases(control, scheme), `${control.slug} ${scheme}`).toHaveLength(1);
    }
  });

  test('parameters are named once in their space', () => {
    for (const { slug } of spaces) {
      const named = pages
        .filter((page) => page.space === slug)
        .flatMap((page) => [...page.body.matchAll(/:param\[[^\]]+\]\{#([a-z0-9-]+)\}/g)].map((found) => found[1]));
      expect(new Set(named).size, slug).toBe(named.length);
    }
  });
});

describe('every page is well made', () => {
  test('every directive is closed and every attribute is known', () => {
    for (const { space, path, text } of pages) expect(pageProblems(text), `${space}/${path}`).toEqual([]);
  });

  test('front matter says what it must, and the body has no title of its own', () => {
    for (const { space, path, front, body } of pages) {
      for (const key of ['title', 'description', 'licence'] as const) expect(front[key], `${space}/${path} ${key}`).toBeTypeOf('string');
      expect(front.sources?.length, path).toBeGreaterThan(0);
      expect(body, path).not.toMatch(/^# /m);
      expect(body, path).not.toMatch(/\n\n\n/);
    }
  });

  test('a page with controls names the group they belong to', () => {
    for (const page of pages) expect(within(page.space, page.path).length > 0, page.path).toBe(page.front.group !== undefined);
  });

  test('the tree names every file once', () => {
    for (const space of spaces) {
      const files = readdirSync(new URL(`./library/${space.slug}/`, import.meta.url)).filter((name) => name.endsWith('.md'));
      const named = pages.filter((page) => page.space === space.slug).map((page) => `${page.path}.md`);
      expect(named.toSorted(), space.slug).toEqual(files.toSorted());
    }
  });

  test('every space says whose words these are', () => {
    for (const { slug, licence, audience, sources } of spaces) {
      expect([licence, audience], slug).toEqual(['CC BY 4.0', 'public']);
      expect(sources.length, slug).toBeGreaterThan(0);
      expect(pages.find((page) => page.space === slug && page.path === 'about')?.body, slug).toMatch(/our own/);
    }
  });

  test('every link leads somewhere', () => {
    const targets = new Set(pages.map((page) => `/library/${page.space}/${page.path}`));
    for (const control of controls) targets.add(`/library/${control.space}/${control.page}#c-${control.slug}`);
    const dead = pages.flatMap((page) => [...page.body.matchAll(/\]\(([^)]+)\)/g)].flatMap(([, to]) => (targets.has(to!) ? [] : [`${page.path}: ${to}`])));
    expect(dead).toEqual([]);
  });
});
