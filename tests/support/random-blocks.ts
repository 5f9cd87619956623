import type { Mark, Node } from 'prosemirror-model';
import { schema } from '#domains/library/visual/schema.ts';

// Blocks as people make them by typing and pasting, signs of Markdown included: for the tests of the round trip.

const n = schema.nodes;
const TEXTS = [
  'word',
  'Two words',
  ' ',
  '*',
  '**',
  '_',
  '`',
  '``',
  '[',
  ']',
  '](',
  '(x)',
  '<b>',
  '<https://x.example>',
  '&amp;',
  '&',
  '#',
  '# ',
  '- ',
  '1. ',
  '+',
  '> ',
  '~',
  '~~',
  '|',
  '\\',
  '!',
  ':param[x]',
  ':::hint',
  '---',
  '=',
  'é',
  '你好。',
  'مرحبا',
  '"quoted"',
  '2 * 3',
  'snake_case',
  '[x] ',
  '[a]: b',
  '[^1]',
  '[^1]: x',
  ': ',
  '1986)',
  'https://x.example/a_b',
  '…',
  '😀',
];

/** Blocks of every kind the editor can make; the same numbers give the same blocks. */
export function randomBlocks(random: () => number, count: number, depth = 0): Node[] {
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T;
  const inline = (breaks: boolean): Node[] => {
    const out: Node[] = [];
    for (let k = 0; k < 1 + random() * 5; k++) {
      let marks: readonly Mark[] = [];
      if (random() < 0.3) marks = schema.mark(pick(['strong', 'em', 'strike', 'code'])).addToSet(marks);
      if (random() < 0.1 && marks[0]?.type !== schema.marks.code) marks = schema.mark(pick(['strong', 'em'])).addToSet(marks);
      if (random() < 0.1)
        marks = schema
          .mark('link', { href: pick(['https://x.example/a', '/library/ss7/about', 'a%20b', 'x(y', '#here']), title: pick(['', 'A "title"']) })
          .addToSet(marks);
      const kind = random();
      if (breaks && kind < 0.08) out.push(n.hard_break.create());
      else if (breaks && kind < 0.12) out.push(n.soft_break.create());
      else if (kind < 0.16)
        out.push(
          n.param.create({ value: pick(['24 h', 'a [b]', '1 | 2']), slug: pick(['time', '']) }).mark(marks.filter(({ type }) => type !== schema.marks.code)),
        );
      else if (kind < 0.17) out.push(n.footnote_ref.create({ label: pick(['1', 'a-b', '٢']) }).mark(marks.filter(({ type }) => type !== schema.marks.code)));
      else if (kind < 0.19)
        out.push(n.image.create({ file: 'a%20b.png', alt: pick(['', 'A [picture]']), title: '' }).mark(marks.filter(({ type }) => type !== schema.marks.code)));
      else out.push(schema.text(Array.from({ length: 1 + Math.floor(random() * 3) }, () => pick(TEXTS)).join(''), marks));
    }
    return out;
  };
  const block = (): Node => {
    const kind = depth < 3 ? random() : random() * 0.5;
    const inside = () => randomBlocks(random, 1 + Math.floor(random() * 2), depth + 1);
    const paragraph = () => n.paragraph.create(null, inline(true));
    if (kind < 0.3) return paragraph();
    if (kind < 0.4) return n.heading.create({ level: 1 + Math.floor(random() * 6) }, inline(false));
    if (kind < 0.44) return n.code_block.create({ params: pick(['', 'ts']) }, schema.text(pick(['a\n\nb', '```', ':::', '  x ', '~~~'])));
    if (kind < 0.46) return n.rule.create();
    if (kind < 0.55) {
      const row = (type: typeof n.table_cell) =>
        n.table_row.create(
          null,
          [1, 2].map(() => type.create(null, inline(false))),
        );
      return n.table.create(null, [row(n.table_header), row(n.table_cell)]);
    }
    if (kind < 0.58) {
      const rows = () => [n.term.create(null, inline(false)), ...[1, 2].slice(Math.floor(random() * 2)).map(() => n.meaning.create(null, inline(false)))];
      if (depth === 0) return n.terms.create(null, [...rows(), ...rows()]);
    }
    if (kind < 0.59) return n.footnote.create({ label: pick(['1', 'long-label']) }, inside());
    if (kind < 0.64) return n.quote.create(null, inside());
    if (kind < 0.9 || depth > 0) {
      const items = [1, 2].map(() => n.item.create({ done: pick([null, null, true, false]) }, [paragraph(), ...(random() < 0.3 ? inside() : [])]));
      return random() < 0.5
        ? n.bullet_list.create({ tight: random() < 0.5 }, items)
        : n.ordered_list.create({ tight: random() < 0.5, start: pick([1, 9, 99]) }, items);
    }
    if (kind < 0.95) return n.hint.create({ style: 'warning' }, inside());
    return n.control.create({ slug: `c-${Math.floor(random() * 1e6)}` }, [
      n.control_title.create(null, schema.text(pick(['Ask', 'A [b] "c" & d']))),
      ...inside(),
    ]);
  };
  return Array.from({ length: count }, block);
}
