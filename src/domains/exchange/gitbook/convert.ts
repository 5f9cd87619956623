import { parseDocument } from 'yaml';
import { readBlocks, type Block, type Item } from './blocks.ts';
import type { Tell } from './control-record.ts';
import { piecesOf, withoutActive } from './html.ts';
import { cleanInline, type InlineContext, type LinkAnswer } from './inline.ts';
import { plain } from './names.ts';
import { tableBlocks } from './tables.ts';
import { replaceTags } from './tags.ts';

export type Converted = { title: string | null; blocks: Block[] };
export type Front = { description: string | null; body: string; fault: boolean; others: string[] };

/** Takes the YAML head off a page; a head that cannot be read stays out and is told. */
export function takeFront(text: string): Front {
  const whole: Front = { description: null, body: text.replace(/^\uFEFF/, ''), fault: false, others: [] };
  const head = /^\uFEFF?---[ \t]*\n([\s\S]{0,16384}?\n)?---[ \t]*(?:\n|$)/.exec(text);
  if (!head) return whole;
  const body = text.slice(head[0].length);
  try {
    const document = parseDocument(head[1] ?? '', { schema: 'failsafe', logLevel: 'silent' });
    if (document.errors.length) return { ...whole, body, fault: true };
    const value: unknown = document.toJS({ maxAliasCount: 0 }) ?? {};
    // Prose between two rules, not a head.
    if (typeof value === 'string' && value) return whole;
    if (typeof value !== 'object' || Array.isArray(value)) return { ...whole, body, fault: value !== '' };
    const { description, ...others } = value as Record<string, unknown>;
    const words = typeof description === 'string' ? description.replace(/[\u200B\u00A0\s]+/g, ' ').trim() : '';
    return { description: words || null, body, fault: false, others: Object.keys(others).slice(0, 20) };
  } catch {
    return { ...whole, body, fault: true };
  }
}

export type PageContext = { tell: Tell; link(href: string, label: string): LinkAnswer; asset(src: string): string | null };

/** A GitBook page's body as the library's blocks: hints, figures, tables, clean inline text, no HTML left. */
export function convertBody(body: string, context: PageContext): Converted {
  const told = new Set<string>();
  const once: Tell = (list, reason, what, data) => {
    if (!told.has(`${reason} ${what}`)) {
      told.add(`${reason} ${what}`);
      context.tell(list, reason, what, data);
    }
  };
  const converter = new Converter({ ...context, tell: once });
  const blocks = converter.all(readBlocks(replaceTags(body, once)));
  let title: string | null = null;
  const out: Block[] = [];
  for (const block of blocks) {
    if (block.t === 'heading' && block.level === 1) {
      if (title === null && out.length === 0) {
        title = plain(block.text);
        continue;
      }
      once('changed', 'extra_h1', plain(block.text));
      out.push({ ...block, level: 2 });
    } else out.push(block);
  }
  return { title, blocks: liftFromLists(out, once) };
}

class Converter {
  #context: PageContext;
  #figures: Block[] = [];
  #inline: InlineContext;
  constructor(context: PageContext) {
    this.#context = context;
    this.#inline = {
      link: (href, label) => context.link(href, label),
      image: (src, alt, caption) => {
        this.#figure(src, alt, caption);
      },
      changed: (reason, what) => {
        context.tell('changed', reason, what);
      },
      removed: (what) => {
        context.tell('leftOut', 'active_html', what);
      },
    };
  }

  all(blocks: Block[]): Block[] {
    return blocks.flatMap((block) => {
      const made = this.#one(block);
      const figures = this.#figures;
      this.#figures = [];
      return [...made, ...figures];
    });
  }

  #one(block: Block): Block[] {
    switch (block.t) {
      case 'heading': {
        const text = this.#clean(block.text).replace(/^\*\*([^*]+)\*\*$/, '$1');
        return text ? [{ ...block, text }] : [];
      }
      case 'para': {
        const text = this.#clean(block.text);
        return text ? [{ t: 'para', text }] : [];
      }
      case 'list': {
        const items = block.items.map((item): Item => ({ task: item.task, blocks: this.all(item.blocks) })).filter((item) => item.blocks.length);
        return items.length ? [{ ...block, items }] : [];
      }
      case 'quote': {
        const blocks = this.all(block.blocks);
        return blocks.length ? [{ t: 'quote', blocks }] : [];
      }
      case 'hint':
        return [{ ...block, blocks: this.all(block.blocks) }];
      case 'table':
        return [{ ...block, rows: block.rows.map((row) => row.map((cell) => this.#clean(cell))) }];
      case 'html':
        return this.#html(block.text);
      default:
        return [block];
    }
  }

  #clean(text: string): string {
    return cleanInline(text, this.#inline);
  }

  #html(raw: string): Block[] {
    const { html, removed } = withoutActive(raw);
    for (const name of removed) this.#context.tell('leftOut', 'active_html', `<${name}>`);
    if (/<table[\s>]/i.test(html)) {
      const { blocks, asList, rest } = tableBlocks(html, (inline) => this.#clean(inline));
      if (asList) this.#context.tell('changed', 'table_as_list', plain(rest).slice(0, 60) || 'table');
      const others = rest.trim() ? this.#clean(rest.replace(/\n+/g, ' ')) : '';
      return others ? [...blocks, { t: 'para', text: others }] : blocks;
    }
    // Anything else in HTML: a paragraph for each run between block tags, headings kept as headings.
    const out: Block[] = [];
    let run = '';
    let heading = 0;
    let bold = false;
    let figure = false;
    const end = (): void => {
      const text = this.#clean(run.replace(/\n+/g, ' '));
      if (text && heading) out.push({ t: 'heading', level: Math.max(2, heading), text });
      else if (text) out.push({ t: 'para', text: bold ? `**${text.replace(/\*\*/g, '')}**` : text });
      run = '';
      out.push(...this.#figures);
      this.#figures = [];
    };
    for (const piece of piecesOf(html)) {
      if ('comment' in piece) continue;
      if ('text' in piece) {
        run += piece.text;
        continue;
      }
      const { name, close } = piece.tag;
      // A figure is one thing, caption and all: the paragraph tags in it divide nothing.
      if (name === 'figure') {
        end();
        figure = !close;
      }
      if (
        !figure &&
        [
          'p',
          'div',
          'details',
          'summary',
          'ul',
          'ol',
          'li',
          'section',
          'center',
          'blockquote',
          'hr',
          'h1',
          'h2',
          'h3',
          'h4',
          'h5',
          'h6',
          'pre',
          'dl',
          'dt',
          'dd',
        ].includes(name)
      ) {
        end();
        heading = /^h[1-6]$/.test(name) && !close ? Number(name[1]) : 0;
        bold = (name === 'summary' || name === 'dt') && !close;
        if (name === 'details' && !close) this.#context.tell('changed', 'details', 'details');
      } else if (name !== 'figure') run += piece.tag.raw;
    }
    end();
    return out;
  }

  #figure(src: string, alt: string, caption: string): void {
    const words = plain(caption);
    if (/^(?:https?:)?\/\//i.test(src)) {
      this.#context.tell('changed', 'external_image', src);
      const answer = this.#context.link(src, alt);
      if ('href' in answer)
        this.#figures.push({ t: 'para', text: `[${(alt || words || src).replace(/[[\]]/g, '\\$&')}](<${answer.href}>)`.replace(/\(<([^\s()]+)>\)/, '($1)') });
      return;
    }
    const name = this.#context.asset(src);
    if (name) this.#figures.push({ t: 'figure', src: name, alt: alt || words, caption: caption.trim() });
    else if (caption.trim() || alt.trim()) this.#figures.push({ t: 'para', text: caption.trim() || alt.trim() });
  }
}

/** A directive begins in the first column: figures and hints inside lists come out right after their item's list. */
function liftFromLists(blocks: Block[], tell: Tell): Block[] {
  return blocks.flatMap((block): Block[] => {
    if (block.t === 'quote') return [{ ...block, blocks: liftFromLists(block.blocks, tell) }];
    if (block.t !== 'list' || block.ordered) return [block];
    return splitList(block, tell);
  });
}

/** Cuts a list after each item that holds a figure or a hint, which then stands between the parts. */
export function splitList(list: Extract<Block, { t: 'list' }>, tell: Tell): Block[] {
  const out: Block[] = [];
  let items: Item[] = [];
  let start = list.start;
  list.items.forEach((item, index) => {
    const lifted: Block[] = [];
    const keep = (blocks: Block[]): Block[] =>
      blocks.flatMap((block): Block[] => {
        if (block.t === 'figure' || block.t === 'hint') {
          lifted.push(block);
          return [];
        }
        if (block.t === 'list')
          return [{ ...block, items: block.items.map((inner) => ({ ...inner, blocks: keep(inner.blocks) })).filter((inner) => inner.blocks.length) }];
        return [block];
      });
    const blocks = keep(item.blocks);
    if (blocks.length) items.push({ ...item, blocks });
    if (!lifted.length) return;
    tell('changed', 'figure_moved', lifted[0]!.t);
    if (items.length) out.push({ ...list, start, items });
    out.push(...lifted);
    items = [];
    start = list.start + index + 1;
  });
  if (items.length) out.push({ ...list, start, items });
  return out;
}
