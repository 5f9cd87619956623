import { mountAll } from './registry.ts';

/** Asks for a page as the browser would and gives its document; throws when the line is down. */
export async function fetchPage(url: string, init: RequestInit = {}): Promise<{ page: Document; response: Response }> {
  // What is fetched for a window in the background nobody has seen.
  const unseen = document.hidden ? { 'x-unseen': 'yes' } : undefined;
  const response = await fetch(url, { ...init, headers: { accept: 'text/html', ...unseen, ...init.headers }, credentials: 'same-origin' });
  return { page: new DOMParser().parseFromString(await response.text(), 'text/html'), response };
}

// What the server said of an element, before the features of this page touched it: the next answer is compared with that.
const said = new WeakMap<Element, string>();
const sayings = (element: Element): string => said.get(element) ?? element.outerHTML;

/** Remembers the swappable parts as they came; called before any feature runs. */
export function remember(root: ParentNode): void {
  for (const part of root.querySelectorAll('[data-swap]')) for (const element of [part, ...part.children]) said.set(element, element.outerHTML);
}

/** Makes the children of `into` those of `from`, touching only what differs, so that focus, scroll and selection stay. Children need ids. */
export function mergeChildren(into: Element, from: Element): number {
  const wanted = [...from.children];
  const have = new Map([...into.children].map((child) => [child.id, child]));
  let fresh = 0;
  let before: Element | null = null;
  for (const next of wanted) {
    const old = next.id ? have.get(next.id) : undefined;
    const unchanged = old && sayings(old) === next.outerHTML;
    const child = unchanged ? old : (document.importNode(next, true) as Element);
    if (!unchanged) {
      said.set(child, next.outerHTML);
      if (!old) {
        child.classList.add('arrive');
        fresh++;
      }
    }
    if (old) have.delete(next.id);
    if (old && child !== old) old.replaceWith(child);
    const place: Element | null = before ? before.nextElementSibling : into.firstElementChild;
    if (place !== child) into.insertBefore(child, place);
    before = child;
  }
  while (before ? before.nextElementSibling : into.firstElementChild) (before ? before.nextElementSibling : into.firstElementChild)?.remove();
  mountAll(into);
  return fresh;
}

/** Brings the parts of this page that carry `data-swap` up to what `page` says; returns how many children are new. */
export function swapFrom(page: Document, only?: Element): number {
  let fresh = 0;
  for (const part of only ? [only] : document.querySelectorAll('[data-swap]')) {
    const next = part.id ? page.getElementById(part.id) : null;
    if (!next) continue;
    if (part.getAttribute('data-swap') === 'children') fresh += mergeChildren(part, next);
    else if (sayings(part) !== next.outerHTML) {
      const copy = document.importNode(next, true);
      said.set(copy, next.outerHTML);
      part.replaceWith(copy);
      mountAll(copy);
    }
  }
  return fresh;
}
