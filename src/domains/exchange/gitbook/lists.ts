import type { Block } from './blocks.ts';
import { breaksOff, finish, type ControlMaker } from './control-record.ts';
import { plain, shortTitle } from './names.ts';
import { printBlocks } from './print.ts';

export type ListKind = { kind: 'recommendation' | 'practice' | 'clause' };
/** What the items of a page's lists are called: `key.n`, or `key.<name of the list>.n` where the page has several. */
export type ListPage = { key: string; group: string | null; role: string[]; lists?: string[]; paragraphs?: boolean };

/** Whether numbered lists of a space are rules: its title must say so, because most numbered lists are only lists. */
export function listKindOf(spaceTitle: string): ListKind | null {
  if (/\bMo[uU]s?\b|\bMOU\b|memorandum/i.test(spaceTitle)) return { kind: 'clause' };
  if (/best practices?|code of practice/i.test(spaceTitle)) return { kind: 'practice' };
  if (/recommendations?|\bcontrols?\b|guidance|guidelines?/i.test(spaceTitle)) return { kind: 'recommendation' };
  return null;
}

const PAGES: (ListPage & { kind: ListKind['kind']; title: RegExp })[] = [
  { kind: 'recommendation', title: /regulat/i, key: 'regulator', group: 'list:regulators', role: ['telecom-regulator', 'central-bank'] },
  { kind: 'recommendation', title: /DFS (?:service )?(?:provider|operator)/i, key: 'provider', group: 'list:providers', role: ['dfs-provider'] },
  { kind: 'recommendation', title: /\bMNO\b|network operator|mobile operator/i, key: 'mno', group: 'list:operators', role: ['mno'] },
  { kind: 'practice', title: /communication|certificate/i, key: 'communication', group: 'section:communication', role: ['app-developer', 'dfs-provider'] },
  { kind: 'practice', title: /authentication/i, key: 'authentication', group: 'section:authentication', role: ['app-developer', 'dfs-provider'] },
  { kind: 'practice', title: /device|integrity/i, key: 'device', group: 'section:device', role: ['app-developer', 'dfs-provider'] },
  { kind: 'practice', title: /data/i, key: 'data', group: 'section:data', role: ['app-developer', 'dfs-provider'] },
  { kind: 'practice', title: /development/i, key: 'development', group: 'section:development', role: ['app-developer', 'dfs-provider'] },
];

const BOTH = ['telecom-regulator', 'central-bank'];
// The model MoU: part A of the fact base. Its landing page holds the basis, in paragraphs.
PAGES.push(
  { kind: 'clause', title: /areas? of cooperation/i, key: 'A2', group: 'part:areas', role: BOTH, lists: ['matters', 'topics'] },
  {
    kind: 'clause',
    title: /regulator/i,
    key: 'A3',
    group: 'part:telecommunications-regulator',
    role: ['mno'],
    lists: ['serve', 'tests', 'also'],
    paragraphs: true,
  },
  { kind: 'clause', title: /central bank/i, key: 'A4', group: 'part:central-bank', role: ['dfs-provider'], lists: ['must'], paragraphs: true },
);
const BASIS: ListPage = { key: 'A1', group: 'part:basis', role: BOTH, lists: [], paragraphs: true };

/** How a page's rules are named: by the words of its title, else by its own path; null where its lists stay lists. */
export function listPageOf(kind: ListKind, title: string, path: string, landing: boolean, blocks: Block[]): ListPage | null {
  // A landing page repeats what its pages say; only the basis of a memorandum stands there for itself.
  if (landing) return kind.kind === 'clause' && blocks.some((block) => block.t === 'heading' && /\bbasis\b/i.test(block.text)) ? BASIS : null;
  const known = PAGES.find((page) => page.kind === kind.kind && page.title.test(title));
  return known ?? { key: path, group: null, role: [] };
}

/** Makes each item of a page's numbered lists a control of the given kind, and its clauses in prose where it has any. */
export function controlsFromLists(blocks: Block[], kind: ListKind, page: ListPage, maker: ControlMaker): Block[] {
  let list = 0;
  let prose = 0;
  const make = (content: Block[], lead: string, alias: string, role: string[]): Block =>
    finish(
      {
        kind: kind.kind,
        title: shortTitle(lead) || plain(printBlocks(content)).slice(0, 60) || alias,
        aliases: [`gitbook:${alias}`],
        entity: [],
        role,
        dimension: [],
        risk: null,
        vulnerability: null,
        note: kind.kind !== 'clause' && breaksOff(lead, content.length > 1) ? 'The source breaks off here.' : null,
      },
      content,
      maker,
    ).block;
  // Who is bound by the prose of a role's page is the authority itself, not those it supervises.
  const authority = page.key === 'A3' ? ['telecom-regulator'] : page.key === 'A4' ? ['central-bank'] : page.role;
  return blocks.flatMap((block, at): Block[] => {
    if (page.paragraphs) {
      const after = blocks[at + 1];
      if (block.t === 'para' && block.text.length > 60 && /[.;]$/.test(block.text)) return [make([block], block.text, `${page.key}.${++prose}`, authority)];
      // A whole sentence set as a heading with nothing under it.
      if (block.t === 'heading' && /\w\.$/.test(block.text) && (!after || after.t === 'heading'))
        return [make([{ t: 'para', text: block.text }], block.text, `${page.key}.${++prose}`, authority)];
    }
    if (block.t !== 'list' || !block.ordered || block.items.length < 2) return [block];
    const name = page.lists ? (page.lists[list] ?? String(list + 1)) : list > 0 ? String(list + 1) : '';
    list += 1;
    maker.tell('changed', 'list_to_controls', name ? `${page.key}.${name}` : page.key, { count: block.items.length, kind: kind.kind });
    return block.items.map((item, index) => {
      const lead = item.blocks[0]?.t === 'para' ? item.blocks[0].text : '';
      return make(item.blocks, lead, `${page.key}.${name ? `${name}.` : ''}${block.start + index}`, page.role);
    });
  });
}
