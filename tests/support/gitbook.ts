import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import type { ExistingSpace, PlannedSpace } from '#domains/exchange/gitbook/plan-import.ts';
import { parseControls } from '#domains/library/text/controls.ts';
import { splitPage } from '#domains/library/text/page.ts';

/** A folder made of the given files, for books that no repository should hold. */
export function folderOf(files: Record<string, string | Buffer>): string {
  const root = mkdtempSync(path.join(tmpdir(), 'gitbook-'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), content);
  }
  return root;
}

/** A space as the importer wants to know it, from its pages' texts. */
export function spaceOf(slug: string, title: string, pages: { path: string; text: string }[]): ExistingSpace {
  const space: ExistingSpace = { slug, title, pages: [], controls: [] };
  for (const page of pages) {
    const { front, body } = splitPage(page.text);
    const { controls } = parseControls(body);
    space.pages.push({
      ...page,
      title: front.title ?? '',
      importedFrom: typeof front.imported_from === 'string' ? front.imported_from : null,
      controls: controls.map((control) => control.slug),
    });
    for (const control of controls) {
      space.controls.push({
        slug: control.slug,
        title: control.title,
        aliases: control.aliases.map((alias) => `${alias.scheme}:${alias.value}`),
        order: space.controls.length,
        text: control.text,
        group: front.group ?? null,
        attributes: {
          entity: control.entity.join(' '),
          role: control.role.join(' '),
          dimension: control.dimension.join(' '),
          risk: control.risk,
          vulnerability: control.vulnerability,
          note: control.note,
        },
      });
    }
  }
  return space;
}

/** The starter library as it stands in the seeds. */
export function starterLibrary(): ExistingSpace[] {
  const base = path.join(import.meta.dirname, '../../seeds/library');
  return readdirSync(base, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => {
      const { title } = parse(readFileSync(path.join(base, name, 'space.yaml'), 'utf8')) as { title: string };
      const files = readdirSync(path.join(base, name))
        .filter((file) => file.endsWith('.md'))
        .sort();
      return spaceOf(
        name,
        title,
        files.map((file) => ({ path: file.slice(0, -3), text: readFileSync(path.join(base, name, file), 'utf8') })),
      );
    });
}

/** What the library holds after a plan was merged. */
export function afterPlan(library: ExistingSpace[], plan: PlannedSpace[]): ExistingSpace[] {
  const texts = (space: ExistingSpace | null, planned: PlannedSpace | undefined): { path: string; text: string }[] => {
    const pages = new Map((space?.pages ?? []).map((page) => [page.path, page.text]));
    for (const page of planned?.pages ?? []) pages.set(page.path, page.text);
    return [...pages].map(([at, text]) => ({ path: at, text }));
  };
  return [
    ...library.map((space) =>
      spaceOf(
        space.slug,
        space.title,
        texts(
          space,
          plan.find((each) => each.existing === space),
        ),
      ),
    ),
    ...plan.filter((each) => !each.existing).map((each) => spaceOf(each.slug, each.title, texts(null, each))),
  ];
}
