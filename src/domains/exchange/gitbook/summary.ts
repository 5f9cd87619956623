export type SummaryEntry = { title: string; href: string; depth: number; section: string | null; line: number };
export type BadLine = { line: number; text: string; why: 'summary_line' | 'summary_external' };

const ITEM = /^(\s*)(?:[*+-]|\d+[.)])\s+(.*)$/;
const LINK = /^\[((?:\\.|[^\]\\])*)\]\(\s*(?:<([^>]*)>|((?:\\.|[^()\s]|\([^()]*\)|\s(?!"))*?))?(?:\s+"(?:[^"]*)")?\s*\)\s*(?:<!--.*-->)?$/;

/** Reads a SUMMARY: entries in order with their nesting and group heading, and the lines that say nothing usable. */
export function readSummary(text: string): { entries: SummaryEntry[]; bad: BadLine[] } {
  const entries: SummaryEntry[] = [];
  const bad: BadLine[] = [];
  const open: number[] = [];
  let section: string | null = null;
  let seenTitle = false;
  text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\r|\n/)
    .forEach((raw, index) => {
      const line = index + 1;
      const heading = /^(#{1,6})\s+(.*?)\s*#*\s*$/.exec(raw);
      if (heading) {
        // The first heading is the file's own title; the ones after it name groups of pages.
        section = seenTitle || heading[1]!.length > 1 ? cleanTitle(heading[2]!) : null;
        seenTitle = true;
        open.length = 0;
        return;
      }
      if (!raw.trim() || /^\s*([-*_]\s*){3,}$/.test(raw) || /^\s*<!--.*-->\s*$/.test(raw)) return;
      const item = ITEM.exec(raw);
      const link = item && LINK.exec(item[2]!.trim());
      const href = link ? (link[2] ?? link[3] ?? '').trim() : '';
      if (!item || !link || !href || !cleanTitle(link[1]!)) {
        bad.push({ line, text: raw.trim().slice(0, 200), why: 'summary_line' });
        return;
      }
      if (/^[a-z][a-z0-9+.-]*:/i.test(href) || href.startsWith('//')) {
        bad.push({ line, text: raw.trim().slice(0, 200), why: 'summary_external' });
        return;
      }
      const indent = item[1]!.replace(/\t/g, '    ').length;
      while (open.length && open.at(-1)! >= indent) open.pop();
      entries.push({ title: cleanTitle(link[1]!), href: href.replace(/#.*$/, ''), depth: open.length, section, line });
      open.push(indent);
    });
  return { entries, bad };
}

function cleanTitle(text: string): string {
  return text
    .replace(/<[^>]*>/g, '')
    .replace(/\\([!-/:-@[-`{-~])/g, '$1')
    .replace(/&#x20;|&nbsp;/g, ' ')
    .replace(/&amp;/g, '&')
    .replace(/\*\*|`/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}
