import { safeLink } from '#lib/text/links.ts';
import { slugger } from '#lib/text/heading-slugs.ts';
import { plain } from './names.ts';

/** Ids a page's headings can be reached by (GitBook's own and those kept as empty anchors), with the heading they lead to. */
export function anchorsOf(body: string): Map<string, string> {
  const anchors = new Map<string, string>();
  // The page's own heading is taken off on import and leads to the page's top.
  const anchor = slugger(['top']);
  let fenced = false;
  for (const line of body.split('\n')) {
    if (/^\s*(`{3,}|~{3,})/.test(line)) fenced = !fenced;
    const heading = fenced ? null : /^(#{1,6})\s+(.{1,500})$/.exec(line);
    if (!heading) continue;
    const words = plain(heading[2]!.replace(/<[^>]{0,300}>/g, '').replace(/&#x20;|&nbsp;/g, ' '));
    if (!words) continue;
    const slug = heading[1] === '#' && anchors.size === 0 ? '' : anchor(words);
    if (slug) anchors.set(slug, slug);
    for (const [, id] of heading[2]!.matchAll(/\bid="([^"]{1,200})"/g)) anchors.set(id!, slug);
  }
  return anchors;
}

/** Whether an address leads outside this book: with a scheme, or with two slashes. */
export const isOutside = (href: string): boolean => /^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(href) && !/^[a-z]:[\\/]/i.test(href);

/** An outside address as the library accepts it, or null when it may not be linked to. */
export function outsideLink(href: string): string | null {
  const absolute = href.startsWith('//') ? `https:${href}` : href;
  // Spaces are the commonest slip in pasted addresses; browsers escape them too.
  const escaped = absolute.replace(/[\s<>"`\\]/g, (char) => encodeURIComponent(char));
  const safe = safeLink(escaped);
  return safe && (safe.kind === 'outside' || safe.kind === 'mail') ? safe.href : null;
}
