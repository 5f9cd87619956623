import { readdirSync } from 'node:fs';
import { parse } from 'yaml';
import { describe, expect, test } from 'vitest';
import { readPages, readSpaces, readVocabulary } from './starter.ts';

type Control = { space: string; page: string; title: string; slug: string; attributes: Record<string, string>; text: string };

/** The front matter and the body of a page. */
function split(text: string): { front: Record<string, unknown>; body: string } {
	const found = /^---\n([\s\S]*?)\n---\n\n([\s\S]*)$/.exec(text);
	if (!found) throw new Error(`no front matter: ${text.slice(0, 40)}`);
	return { front: parse(found[1]!), body: found[2]! };
}

/** The controls of a body; throws where a directive is not closed or its attributes are not all readable. */
function controlsOf(space: string, page: string, body: string): Control[] {
	const controls: Control[] = [];
	let open: { name: string; control?: Control } | null = null;
	for (const line of body.split('\n')) {
		if (line === ':::') {
			if (!open) throw new Error(`${page}: a directive ends that never began`);
			if (open.control) controls.push(open.control);
			open = null;
		} else if (line.startsWith(':::')) {
			if (open) throw new Error(`${page}: ${open.name} is not closed`);
			const name = /^:::([a-z]+)/.exec(line)?.[1] ?? '';
			open = { name };
			if (name === 'control') open.control = controlFrom(space, page, line);
			else if (name !== 'hint') throw new Error(`${page}: unknown directive ${name}`);
		} else if (open?.control) open.control.text += `${line}\n`;
	}
	if (open) throw new Error(`${page}: ${open.name} is not closed`);
	return controls;
}

function controlFrom(space: string, page: string, line: string): Control {
	const head = /^:::control\[([^\]]+)\]\{#([a-z0-9-]+)((?: [a-z]+="[^"]*")*)\}$/.exec(line);
	if (!head) throw new Error(`${page}: cannot read ${line}`);
	const attributes = Object.fromEntries([...head[3]!.matchAll(/ ([a-z]+)="([^"]*)"/g)].map(([, key, value]) => [key!, value!]));
	return { space, page, title: head[1]!, slug: head[2]!, attributes, text: '' };
}

const spaces = readSpaces();
const vocabulary = readVocabulary();
const pages = spaces.flatMap((space) => readPages(space).map((page) => ({ space: space.slug, ...page, ...split(page.text) })));
const controls = pages.flatMap((page) => controlsOf(page.space, page.path, page.body));
const within = (space: string, page?: string) => controls.filter((c) => c.space === space && (!page || c.page === page));
const aliases = (control: Control, scheme: string) =>
	(control.attributes['alias'] ?? '').split(' ').flatMap((a) => (a.startsWith(`${scheme}:`) ? [a.slice(scheme.length + 1)] : []));
const words = (value: string | undefined) => (value ? value.split(' ') : []);

describe('the counts hold', () => {
	const framework = within('security-assurance-framework');

	test('the framework has 17 threats and 120 controls', () => {
		const threats = pages.map((page) => page.front['group']).filter((group) => String(group).startsWith('threat:'));
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
		expect(broken?.attributes['note']).toContain('breaks off');
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
		['model-mou', undefined, 8 + 53]
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
		for (const { slug, attributes } of controls) {
			expect(ids('kinds'), slug).toContain(attributes['kind']);
			for (const entity of words(attributes['entity'])) expect(ids('entities'), slug).toContain(entity);
			for (const role of words(attributes['role'])) expect(ids('roles'), slug).toContain(role);
			for (const dimension of words(attributes['dimension'])) expect(ids('dimensions'), slug).toContain(dimension);
		}
	});

	test('a title has at most twelve words, a text is there, and attributes are known', () => {
		const known = ['kind', 'entity', 'role', 'dimension', 'risk', 'vulnerability', 'alias', 'note'];
		for (const control of controls) {
			expect(control.title.split(' ').length, control.slug).toBeLessThanOrEqual(12);
			expect(control.text.trim(), control.slug).toMatch(/[.)]$/);
			for (const key of Object.keys(control.attributes)) expect(known, control.slug).toContain(key);
		}
	});

	test('parameters are named once in their space', () => {
		for (const { slug } of spaces) {
			const named = pages.filter((page) => page.space === slug).flatMap((page) => [...page.body.matchAll(/:param\[[^\]]+\]\{#([a-z0-9-]+)\}/g)].map((m) => m[1]));
			expect(new Set(named).size, slug).toBe(named.length);
		}
	});
});

describe('every page is well made', () => {
	test('front matter says what it must, and the body has no title of its own', () => {
		for (const { space, path, front, body } of pages) {
			for (const key of ['title', 'description', 'licence']) expect(front[key], `${space}/${path} ${key}`).toBeTypeOf('string');
			expect((front['sources'] as unknown[]).length, path).toBeGreaterThan(0);
			expect(body, path).not.toMatch(/^# /m);
			expect(body, path).not.toMatch(/\n\n\n/);
		}
	});

	test('a page with controls names the group they belong to', () => {
		for (const page of pages) expect(within(page.space, page.path).length > 0, page.path).toBe(page.front['group'] !== undefined);
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
