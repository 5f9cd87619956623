export type SafeLink = { href: string; kind: 'here' | 'site' | 'mail' | 'outside' };

// Blanks, control and direction characters have no business in an address; browsers strip some of them, which is how "java\tscript:" gets by.
const NEVER = /[\u0000-\u0020\u007f-\u00a0\u00ad\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\\"<>`]/u;

/** What a person's text may link to: http, https, mailto, a place on this page, a path on this site. Anything else is null. */
export function safeLink(href: string, origin = ''): SafeLink | null {
  if (href.length > 2048 || NEVER.test(href)) return null;
  if (href[0] === '#') return href.length > 1 ? { href, kind: 'here' } : null;
  if (href[0] === '/') return href[1] === '/' ? null : { href, kind: 'site' };
  if (/^mailto:[^@?&:/]+@[^@?&:/]+$/i.test(href)) return { href, kind: 'mail' };
  if (!/^https?:\/\/[^/]/i.test(href) || !URL.canParse(href)) return null;
  const url = new URL(href);
  // "https://bank.example@evil.example" reads like the bank.
  if (url.username || url.password || !url.hostname) return null;
  if (origin && url.origin === origin) return { href: url.pathname + url.search + url.hash, kind: 'site' };
  return { href, kind: 'outside' };
}
