import MarkdownIt from 'markdown-it';
import { OPEN, SHUT } from './tags.ts';

export type Item = { task: boolean | null; blocks: Block[] };
export type Block =
  | { t: 'heading'; level: number; text: string }
  | { t: 'para'; text: string }
  | { t: 'list'; ordered: boolean; start: number; items: Item[] }
  | { t: 'code'; info: string; text: string }
  | { t: 'quote'; blocks: Block[] }
  | { t: 'rule' }
  | { t: 'table'; align: string[]; rows: string[][] }
  | { t: 'html'; text: string }
  | { t: 'hint'; style: string; blocks: Block[] }
  | { t: 'figure'; src: string; alt: string; caption: string }
  /** A finished directive: written by the control readers, printed as it stands. */
  | { t: 'control'; open: string; blocks: Block[] };

// Typographer and linkify stay off: the reader must not improve what people wrote.
const reader = new MarkdownIt({ html: true, linkify: false, typographer: false, maxNesting: 100 });

/** Markdown as a tree of blocks; inline text stays as it was written. */
export function readBlocks(markdown: string): Block[] {
  const root: Block[] = [];
  const stack: { blocks: Block[]; close: string; end?: () => void }[] = [{ blocks: root, close: '' }];
  const tokens = reader.parse(markdown, {});
  const top = (): Block[] => stack.at(-1)!.blocks;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    const next = tokens[i + 1];
    switch (token.type) {
      case 'heading_open':
        top().push({ t: 'heading', level: Number(token.tag[1]), text: next?.content ?? '' });
        i += 2;
        break;
      case 'paragraph_open':
        top().push({ t: 'para', text: next?.content ?? '' });
        i += 2;
        break;
      case 'fence':
        top().push({ t: 'code', info: token.info.trim(), text: token.content });
        break;
      case 'code_block':
        top().push({ t: 'code', info: '', text: token.content });
        break;
      case 'hr':
        top().push({ t: 'rule' });
        break;
      case 'html_block':
        top().push({ t: 'html', text: token.content });
        break;
      case 'blockquote_open': {
        const quote: Block = { t: 'quote', blocks: [] };
        top().push(quote);
        stack.push({ blocks: quote.blocks, close: 'blockquote_close' });
        break;
      }
      case 'bullet_list_open':
      case 'ordered_list_open': {
        const list: Block = { t: 'list', ordered: token.type[0] === 'o', start: Number(token.attrGet('start') ?? 1), items: [] };
        top().push(list);
        stack.push({ blocks: [list], close: token.type.replace('open', 'close') });
        break;
      }
      case 'list_item_open': {
        const list = top()[0] as Extract<Block, { t: 'list' }>;
        const item: Item = { task: null, blocks: [] };
        list.items.push(item);
        stack.push({ blocks: item.blocks, close: 'list_item_close', end: () => readTask(item) });
        break;
      }
      case 'table_open':
        i = readTable(tokens, i, top());
        break;
      default:
        if (token.type === stack.at(-1)!.close) stack.pop()!.end?.();
    }
  }
  return nestHints(root);
}

function readTask(item: Item): void {
  const first = item.blocks[0];
  if (first?.t !== 'para') return;
  const box = /^\[([ xX])\]\s+/.exec(first.text);
  if (!box) return;
  item.task = box[1] !== ' ';
  first.text = first.text.slice(box[0].length);
}

function readTable(tokens: ReturnType<typeof reader.parse>, from: number, into: Block[]): number {
  const rows: string[][] = [];
  const align: string[] = [];
  let i = from;
  for (; i < tokens.length && tokens[i]!.type !== 'table_close'; i++) {
    const token = tokens[i]!;
    if (token.type === 'tr_open') rows.push([]);
    else if (token.type === 'th_open') align.push(/text-align:(\w+)/.exec(String(token.attrGet('style') ?? ''))?.[1] ?? '');
    else if (token.type === 'inline') rows.at(-1)!.push(token.content);
  }
  into.push({ t: 'table', align, rows });
  return i;
}

/** Puts what stands between a hint's two marks into the hint. A hint that is never closed ends with its parent. */
function nestHints(blocks: Block[]): Block[] {
  const out: Block[] = [];
  const open: Block[][] = [out];
  // The library reads directives four deep; deeper marks fall away and their content stays.
  let tooDeep = 0;
  for (const block of blocks) {
    if (block.t === 'para' && block.text.startsWith(OPEN)) {
      const mark = block.text.slice(1, block.text.indexOf(SHUT));
      if (mark === 'end hint') {
        if (tooDeep) tooDeep--;
        else if (open.length > 1) open.pop();
        continue;
      }
      if (open.length > 2) {
        tooDeep++;
        continue;
      }
      const hint: Block = { t: 'hint', style: mark.slice(5), blocks: [] };
      open.at(-1)!.push(hint);
      open.push(hint.blocks);
      continue;
    }
    if (block.t === 'list') for (const item of block.items) item.blocks = nestHints(item.blocks);
    if (block.t === 'quote') block.blocks = nestHints(block.blocks);
    open.at(-1)!.push(block);
  }
  return out;
}
