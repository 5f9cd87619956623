import { splitPage } from './page.ts';
import type { PageEnv } from './render-page.ts';
import { pageMarkdown } from './render-rules.ts';

/** A link that leads out of the hub: where to, without what only jumps within that page, and the words it stands on. */
export type OuterLink = { url: string; words: string };

const LONGEST = 2000;
const WORDS = 200;

/** The links of a page that lead to http and https addresses elsewhere, each once, in the order they stand. */
export function outerLinks(text: string, hub: string): OuterLink[] {
  const found = new Map<string, OuterLink>();
  const host = new URL(hub).host;
  const take = (href: string, words = '') => {
    const url = outer(href, host);
    if (url && !found.get(url)?.words) found.set(url, { url, words: words.replace(/\s+/g, ' ').trim().slice(0, WORDS) });
  };
  const link = (href: string) => {
    take(href);
    return null;
  };
  for (const { children } of pageMarkdown.parse(splitPage(text).body, { page: {}, toc: [], link } satisfies PageEnv))
    for (const [at, token] of (children ?? []).entries()) {
      if (token.type !== 'link_open') continue;
      const end = children!.findIndex(({ type }, i) => i > at && type === 'link_close');
      const inside = children!.slice(at + 1, end).filter(({ type }) => type === 'text' || type === 'code_inline');
      take(String(token.attrGet('href') ?? ''), inside.map(({ content }) => content).join(''));
    }
  return [...found.values()];
}

function outer(href: string, hub: string): string | undefined {
  if (!/^https?:\/\//i.test(href) || !URL.canParse(href)) return undefined;
  const url = new URL(href);
  // A secret in an address is nobody's to try, and what leads here is looked at when texts are merged.
  if (url.host === hub || url.username || url.password) return undefined;
  url.hash = '';
  return url.href.length <= LONGEST ? url.href : undefined;
}
