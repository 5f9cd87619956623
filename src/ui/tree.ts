/** One page in the tree of a space; `number` is printed before it where the pages are numbered. */
export type TreeItem = { label: string; href: string; number?: number; current?: boolean; items?: TreeItem[] };
