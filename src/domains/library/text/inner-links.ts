import type { PageEnv } from './render-page.ts';
import { pageMarkdown } from './render-rules.ts';
import { splitPage } from './page.ts';

/** A link of a text to another place of this hub: as it is written, and the address it leads to (`/library/sim-swap/who-is-asked`). */
export type InnerLink = { href: string; target: string };

/** Links of a page that lead to texts or controls of this hub, each once; what only jumps within the page or leads out is left aside. */
export function innerLinks(text: string, space: string, path: string): InnerLink[] {
  const found = new Map<string, InnerLink>();
  const link = (href: string) => {
    const target = targetOf(href, space, path);
    if (target) found.set(href, { href, target });
    return null;
  };
  pageMarkdown.parse(splitPage(text).body, { page: {}, toc: [], link } satisfies PageEnv);
  return [...found.values()];
}

function targetOf(href: string, space: string, path: string): string | undefined {
  if (/^[a-z][a-z0-9+.-]*:|^\/\/|^#/i.test(href)) return undefined;
  const base = `http://hub/library/${space}/${path}`;
  if (!URL.canParse(href, base)) return undefined;
  const address = decoded(new URL(href, base).pathname).replace(/(?:\/README)?\.md$/i, '');
  const here = /^(?:\/[a-z]{2}(?:-[A-Z]{2})?)?(\/(?:library|c)\/.*?)\/*$/.exec(address)?.[1];
  return here?.replace(/\/(?:talk|history|change)$/, '');
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
