/** An anchor from a heading in any script: letters and digits stay, the rest becomes hyphens. */
export function slugOf(text: string): string {
  const slug = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\u0640\u064b-\u065f\u0670'’]/g, '')
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '');
  return [...slug].slice(0, 60).join('').replace(/-+$/, '');
}

/** Gives each heading of a page its own anchor: a second "Scope" becomes `scope-2`; anchors of blocks and of the page itself stay free. */
export function slugger(reserved: Iterable<string> = []): (text: string) => string {
  const taken = new Set<string>(reserved);
  const next = new Map<string, number>();
  return (text) => {
    const plain = slugOf(text) || 'part';
    // b- and c- begin the anchors of blocks and controls.
    const base = /^[bc]-/.test(plain) ? `h-${plain}` : plain;
    let slug = base;
    for (let n = next.get(base) ?? 2; taken.has(slug); n++) {
      slug = `${base}-${n}`;
      next.set(base, n + 1);
    }
    taken.add(slug);
    return slug;
  };
}
