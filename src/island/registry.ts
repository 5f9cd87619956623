/** What brings a server-made page to life: `data-island="name"` on an element runs the feature of that name, once per element. */
type Mount = (element: HTMLElement) => void;

const features = new Map<string, Mount>();
const done = new WeakMap<HTMLElement, Set<string>>();

/** Registers a feature; a file per feature, imported by main.ts. */
export function feature(name: string, mount: Mount): void {
  features.set(name, mount);
}

/** Runs the features of everything below `root` that has not run yet; called again for what is swapped in. */
export function mountAll(root: ParentNode): void {
  const found = [...root.querySelectorAll<HTMLElement>('[data-island]')];
  if (root instanceof HTMLElement && root.dataset['island']) found.unshift(root);
  for (const element of found) {
    const ran = done.get(element) ?? new Set<string>();
    done.set(element, ran);
    for (const name of (element.dataset['island'] ?? '').split(' ')) {
      if (ran.has(name)) continue;
      ran.add(name);
      features.get(name)?.(element);
    }
  }
}

/** A copy of what stands in a `<template id>` of the page: every word comes from the server. */
export function fromTemplate(id: string): HTMLElement | undefined {
  const template = document.getElementById(id);
  return template instanceof HTMLTemplateElement ? (template.content.firstElementChild?.cloneNode(true) as HTMLElement | undefined) : undefined;
}
