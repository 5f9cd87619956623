import { anchorsOf } from './links.ts';
import type { ImportedSpace, Report } from './model.ts';

const TO_ANCHOR = /\[((?:\\.|[^[\]\\])*)\]\((\/library\/[^\s()#]+)?#([^\s()]+)\)/g;

/**
 * Looks again at links to a heading once all pages are written: recognising controls merges headings, so one that was there in the
 * source may be gone. The link then leads to its page, or becomes words where that is the page it stands on.
 */
export function settleAnchors(spaces: ImportedSpace[], report: Report): void {
  const texts = new Map(spaces.flatMap((space) => space.pages.map((page) => [`/library/${space.slug}/${page.path}`, page.text] as [string, string])));
  const known = new Map<string, Set<string>>();
  const anchors = (address: string): Set<string> => {
    const found = known.get(address) ?? new Set(anchorsOf((texts.get(address) ?? '').replace(/^---\n[\s\S]*?\n---\n/, '')).values());
    known.set(address, found);
    return found;
  };
  for (const space of spaces) {
    for (const page of space.pages) {
      if (!page.text.includes('#')) continue;
      const mend = (text: string): string =>
        text.replace(TO_ANCHOR, (whole, label: string, address: string | undefined, anchor: string) => {
          if (anchors(address ?? `/library/${space.slug}/${page.path}`).has(anchor)) return whole;
          report.changed.push({ reason: 'anchor_lost', what: `#${anchor}`, where: page.sourcePath });
          return address ? `[${label}](${address})` : label;
        });
      page.text = mend(page.text);
      for (const control of page.controls) control.text = silently(report, () => mend(control.text));
    }
  }
}

/** A control's own copy of its text says nothing new to the report. */
function silently<T>(report: Report, work: () => T): T {
  const before = report.changed.length;
  const done = work();
  report.changed.length = before;
  return done;
}
