import { wordPieces } from '#lib/text/diff-words.ts';
import { alignEqual } from '#lib/text/align.ts';

// Where no words may stand by themselves, what was taken out gets the element that may stand there.
const WRAPS: Record<string, [string, string]> = {
  ul: ['<li>', '</li>'],
  ol: ['<li>', '</li>'],
  dl: ['<dd>', '</dd>'],
  table: ['<tbody><tr><td>', '</td></tr></tbody>'],
  thead: ['<tr><td>', '</td></tr>'],
  tbody: ['<tr><td>', '</td></tr>'],
  tr: ['<td>', '</td>'],
};
const VOID = /^<(?:img|br|hr|input)\b/;
const CELLS = 4_000_000;

/**
 * Two renderings of a block as one: the markup of `after`, new words in `<ins>`, lost ones in `<del>` where they stood. Takes only markup
 * that our renderer made: there a `<` begins a tag and nothing else.
 */
export function renderedDiff(before: string, after: string): string {
  const out = new Joined();
  // Whole rows and items first: tags are so much alike that the words of one row would else be compared with another's.
  walk(
    parts(before),
    parts(after),
    ([lost, came]) => {
      walk(
        lost.flatMap(pieces),
        came.flatMap(pieces),
        ([gone, fresh]) => {
          for (const piece of gone) out.lose(piece);
          for (const piece of fresh) out.take(piece, true);
        },
        (piece) => out.take(piece, false),
      );
    },
    (part) => {
      for (const piece of pieces(part)) out.take(piece, false);
    },
  );
  return out.end();
}

/** Goes along both sequences: `same` for what stands in both, `other` for what stands between. */
function walk(left: string[], right: string[], other: (between: [string[], string[]]) => void, same: (piece: string) => void): void {
  let [i, j] = [0, 0];
  for (const [x, y] of [...alignEqual(left, right, CELLS), [left.length, right.length] as const]) {
    if (x > i || y > j) other([left.slice(i, x), right.slice(j, y)]);
    if (y < right.length) same(right[y] as string);
    [i, j] = [x + 1, y + 1];
  }
}

const parts = (html: string) => html.split(/(?=<(?:tr|li)\b)|(?<=<\/(?:tr|li)>)/);
/** Markup without the names to jump to: two renderings on one screen would hold each name twice. */
export const withoutNames = (html: string): string => html.replace(/(<[a-z][a-z0-9]*(?: [^<>]*?)?) id="[^"<>]*"/g, '$1');

const pieces = (html: string) => (html.match(/<[^>]*>|[^<]+/g) ?? []).flatMap((part) => (part.startsWith('<') ? [part] : words(part)));
const words = (text: string) => text.split(/(&[a-z0-9#]+;)/i).flatMap((part) => (part.startsWith('&') ? [part] : wordPieces(part)));
const isTag = (piece: string) => piece.startsWith('<') && !VOID.test(piece);

class Joined {
  private out = '';
  private lost = '';
  private fresh = '';
  private open: string[] = [];

  lose(piece: string): void {
    // The end of a paragraph or an item that is gone still parts its words from the next.
    if (isTag(piece)) this.lost += piece.startsWith('</') && this.lost !== '' ? ' ' : '';
    else this.lost += piece;
  }

  take(piece: string, isNew: boolean): void {
    const words = !isTag(piece);
    if (words && isNew && !this.bare()) {
      this.fresh += piece;
      return;
    }
    this.flush();
    this.out += piece;
    if (words) return;
    const name = /^<\/?([a-z0-9]+)/.exec(piece)?.[1] ?? '';
    if (piece.startsWith('</')) this.open.pop();
    else this.open.push(name);
  }

  end(): string {
    this.flush();
    return this.out;
  }

  /** Inside an element that holds no words of its own. */
  private bare(): boolean {
    return (this.open.at(-1) ?? '') in WRAPS;
  }

  private flush(): void {
    if (this.lost.trim() !== '') {
      const wrap = WRAPS[this.open.at(-1) ?? ''];
      const lost = this.lost.replace(/\s+/g, ' ');
      this.out += wrap ? `${wrap[0]}<del>${lost.trim()}</del>${wrap[1]}` : `<del>${lost}</del>`;
    }
    if (this.fresh.trim() !== '') this.out += `<ins>${this.fresh}</ins>`;
    else this.out += this.fresh;
    this.lost = '';
    this.fresh = '';
  }
}
