import { matchControls, matchPages, matchSpaces, type How, type MatchableControl, type PageMatch, type SpaceMatch } from './match.ts';
import type { GitbookReading, ImportedAsset, ImportedControl, ImportedPage, ImportedSpace } from './model.ts';
import { Names } from './names.ts';
import { adoptControls, type Heir, rewriteAddresses } from './rewrite.ts';

export type ExistingControl = MatchableControl & { title: string; attributes: Record<string, string> };
export type ExistingPage = { path: string; title: string; text: string; importedFrom: string | null; controls: string[] };
export type ExistingSpace = { slug: string; title: string; pages: ExistingPage[]; controls: ExistingControl[] };

export type PlannedPage = {
  action: 'create' | 'edit' | 'unchanged';
  /** Where the page is or will be; an existing page keeps its address. */
  path: string;
  title: string;
  parentPath: string | null;
  order: number;
  text: string;
  redirectsFrom: string[];
  imported: ImportedPage;
  existing: ExistingPage | null;
  how: PageMatch<unknown, unknown>['how'];
};
export type PlannedControl = { slug: string; imported: ImportedControl; existing: ExistingControl | null; how: How };
export type PlannedSpace = {
  imported: ImportedSpace;
  existing: ExistingSpace | null;
  how: SpaceMatch<unknown, unknown>['how'];
  slug: string;
  title: string;
  pages: PlannedPage[];
  controls: PlannedControl[];
  assets: ImportedAsset[];
  /** Controls of the pages to be edited that the source does not have: they would go with the edit, so the lander must say what becomes of them. */
  dropped: { slug: string; page: string }[];
};

/**
 * Lays a reading over what the library holds: which space, page and control takes over which, and the texts that result. Pure.
 * `fileAddress` says where a file that is linked to (not shown) will be served; without it such links keep a path below the space.
 */
export function planImport(
  reading: GitbookReading,
  library: readonly ExistingSpace[],
  fileAddress: (asset: ImportedAsset, spaceSlug: string) => string = (asset, slug) => `/library/${slug}/assets/${asset.name}`,
): PlannedSpace[] {
  const aliases = (controls: { aliases: string[] }[]): string[] => controls.flatMap((control) => control.aliases);
  // Every book has a README at its top: that two share it says nothing.
  const telling = (from: string | null): string[] => (from && from !== 'gitbook:README.md' ? [from] : []);
  const spaces = matchSpaces(
    reading.spaces.map((space) => ({
      space,
      slug: space.slug,
      title: space.title,
      aliases: aliases(space.pages.flatMap((page) => page.controls)),
      importedFrom: space.pages.flatMap((page) => telling(`gitbook:${page.sourcePath}`)),
    })),
    library.map((space) => ({
      space,
      slug: space.slug,
      title: space.title,
      aliases: aliases(space.controls),
      importedFrom: space.pages.flatMap((page) => telling(page.importedFrom)),
    })),
  );
  const slugs = new Names();
  for (const space of library) slugs.take(space.slug, space.slug);
  const addresses = new Map<string, string>();
  const drafts = spaces.map(({ imported, existing, how }) => {
    const slug = existing?.slug ?? slugs.take(imported.slug, 'space');
    const draft = planSpace(imported.space, existing?.space ?? null);
    for (const page of draft.pages) addresses.set(`/library/${imported.slug}/${page.imported.path}`, `/library/${slug}/${page.path}`);
    for (const asset of imported.space.assets) addresses.set(`/library/${imported.slug}/assets/${asset.name}`, fileAddress(asset, slug));
    return {
      ...draft,
      imported: imported.space,
      existing: existing?.space ?? null,
      how,
      slug,
      title: existing?.title ?? imported.title,
      assets: imported.space.assets,
    };
  });
  return drafts.map(({ heirs, ...draft }) => {
    const pages = draft.pages.map((page): PlannedPage => {
      const text = adoptControls(rewriteAddresses(page.imported.text, addresses), heirs);
      return { ...page, text, action: !page.existing ? 'create' : page.existing.text.trimEnd() === text.trimEnd() ? 'unchanged' : 'edit' };
    });
    return { ...draft, pages, dropped: droppedFrom(pages, draft.controls) };
  });
}

function planSpace(
  imported: ImportedSpace,
  existing: ExistingSpace | null,
): { pages: Omit<PlannedPage, 'text' | 'action'>[]; controls: PlannedControl[]; heirs: Map<string, Heir> } {
  const taken = new Names();
  for (const control of existing?.controls ?? []) taken.take(control.slug, control.slug);
  const heirs = new Map<string, Heir>();
  const found = matchControls(
    imported.pages.flatMap((page) => page.controls),
    existing?.controls ?? [],
  );
  const named = imported.pages.map((page) => ({
    page,
    path: page.path,
    title: page.title,
    sourcePath: page.sourcePath,
    controls: page.controls.map((control) => control.slug),
  }));
  const matches = matchPages(
    named,
    existing?.pages ?? [],
    new Map(found.flatMap((match) => (match.existing ? [[match.imported.slug, match.existing.slug]] : []))),
  );
  // A control on a page that the import does not touch stays there: taking its slug would put it into the space twice.
  const untouched = new Set((existing?.pages ?? []).filter((page) => !matches.some((match) => match.existing === page)).flatMap((page) => page.controls));
  const controls = found.map((match): PlannedControl => {
    const there = match.existing && !untouched.has(match.existing.slug) ? match.existing : null;
    const slug = there?.slug ?? taken.take(match.imported.slug, match.imported.slug);
    if (there) heirs.set(match.imported.slug, { slug, title: there.title, aliases: there.aliases, attributes: there.attributes });
    else if (slug !== match.imported.slug) heirs.set(match.imported.slug, { slug });
    return { slug, imported: match.imported, existing: there, how: there ? match.how : 'new' };
  });
  const paths = new Names();
  for (const page of existing?.pages ?? []) paths.take(page.path, page.path);
  const settled = matches.map(({ imported: { page }, existing: there, how }) => ({ page, there, how, path: there?.path ?? paths.take(page.path, page.path) }));
  const pathOf = new Map(settled.map(({ page, path }) => [page.path, path]));
  const pages = settled.map(({ page, there, how, path }) => ({
    path,
    title: page.title,
    parentPath: page.parentPath === null ? null : (pathOf.get(page.parentPath) ?? null),
    order: page.order,
    imported: page,
    existing: there,
    how,
    redirectsFrom: [...new Set([...page.redirectsFrom, page.path])].filter((old) => old !== path && !settled.some((other) => other.path === old)),
  }));
  return { pages, controls, heirs };
}

function droppedFrom(pages: PlannedPage[], controls: PlannedControl[]): { slug: string; page: string }[] {
  const kept = new Set(controls.map((control) => control.slug));
  return pages.flatMap((page) => (page.existing?.controls ?? []).filter((slug) => !kept.has(slug)).map((slug) => ({ slug, page: page.path })));
}
