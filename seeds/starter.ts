/** Reads the starter library from its folder: what the tests check, and what a seeding command can start from. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export type TreeNode = { path: string; children?: readonly TreeNode[] };

export type StarterSpace = {
  slug: string;
  title: string;
  description: string;
  order: number;
  audience: 'public';
  licence: string;
  sources: readonly string[];
  pages: readonly TreeNode[];
};

export type StarterPage = { path: string; parent: string | null; position: number; text: string };

export type Vocabulary = Record<'kinds' | 'entities' | 'roles' | 'dimensions', readonly { id: string; name: string }[]>;

const library = new URL('./library/', import.meta.url).pathname;

/** All spaces in their order, with their trees. */
export function readSpaces(folder = library): StarterSpace[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'space.yaml')))
    .map((entry) => ({ slug: entry.name, ...parse(readFileSync(join(folder, entry.name, 'space.yaml'), 'utf8')) }) as StarterSpace)
    .sort((one, other) => one.order - other.order);
}

/** The pages of a space in reading order, parents before their children, each with its whole text. */
export function readPages(space: StarterSpace, folder = library): StarterPage[] {
  const walk = (nodes: readonly TreeNode[], parent: string | null): StarterPage[] =>
    nodes.flatMap(({ path, children }, position) => [
      { path, parent, position, text: readFileSync(join(folder, space.slug, `${path}.md`), 'utf8') },
      ...walk(children ?? [], path),
    ]);
  return walk(space.pages, null);
}

/** The closed lists that control attributes draw from. */
export function readVocabulary(folder = library): Vocabulary {
  return parse(readFileSync(join(folder, 'vocabulary.yaml'), 'utf8')) as Vocabulary;
}
