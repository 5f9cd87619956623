import { formatDirective } from '#lib/text/directives.ts';
import type { Block, Item } from './blocks.ts';
import type { ImportedControl, Reason } from './model.ts';
import { type Names, plain, shortTitle, slugOf } from './names.ts';
import { printBlocks } from './print.ts';
import { actorsOf, dimensionsOf, entitiesOf } from './words.ts';

export type Tell = (list: 'changed' | 'leftOut', reason: Reason, what: string, data?: Record<string, string | number>) => void;
export type ControlMaker = {
  names: Names;
  tell: Tell;
  group: string | null;
  controls: ImportedControl[];
  nextOrder: () => number;
  repeats: (printed: string) => number;
};

/** Where a control stands among the headings and lines that say whom and what it is about. */
export type Place = {
  entityLine: string | null;
  entity: string[];
  risk: string | null;
  riskUsed: boolean;
  riskOuter: boolean;
  riskDimension: string[];
  vulnerability: string | null;
  dimension: string[];
  vulnerabilityUsed: boolean;
};

export type Made = { control: ImportedControl; block: Extract<Block, { t: 'control' }> };

/** How an item that is a control begins; the printed number is its first group. */
export const CONTROL = /^[*_\\\s]*control\s*(?:no\.?\s*)?(\d{1,3}\.\d{1,3})\b(?:\\?\*|\s)*[:.–-]?(?:\\?\*(?=\\?\*|\s|$)|\s)*(?:(?<=\*)\\?\*)?\s*/i;
const DIMENSION = /\(\s*SD\s*:\s*([^()]{0,200})\)?/i;

/** Adds a block that the source prints after a control's item to that control. */
export function addTo(last: Made, block: Block): void {
  if (block.t === 'para') block.text = unwrap(block.text);
  last.block.blocks.push(block);
  last.control.text = printBlocks(last.block.blocks);
}

/** Makes a control of a list item, with what its place says about it. */
export function makeControl(item: Item, place: Place, maker: ControlMaker): Made {
  const [first, ...others] = item.blocks;
  const raw = first?.t === 'para' ? first.text : '';
  const printed = CONTROL.exec(raw)![1]!;
  const debris = withoutDebris(raw.replace(CONTROL, ''));
  if (debris.removed) maker.tell('changed', 'table_debris', debris.removed, { number: printed });
  const lead = unwrap(debris.text);
  const blocks: Block[] = lead ? [{ t: 'para', text: lead }] : [];
  for (const block of others) {
    if (block.t === 'para') block.text = unwrap(withoutDebris(block.text).text);
    blocks.push(block);
  }
  const entity = entitiesOf(debris.removed).length ? entitiesOf(debris.removed) : place.entity;
  const occurrence = maker.repeats(printed);
  const notes: string[] = [];
  if (occurrence > 1) {
    notes.push(`The source prints the number ${printed} more than once; this is number ${occurrence} in the order of the text.`);
    maker.tell('changed', 'number_repeats', printed, { number: printed, occurrence });
  }
  if (breaksOff(lead, blocks.length > 1)) {
    notes.push('The source breaks off here: it gives the reason and not what is to be done.');
    maker.tell('changed', 'text_breaks_off', printed, { number: printed });
  }
  const words = plain(lead);
  const title = shortTitle(lead) || `Control ${printed}`;
  const actors = actorsOf(words);
  const vulnerability = place.vulnerability ?? (place.riskDimension.length ? place.risk : null);
  return finish(
    {
      kind: 'control',
      title,
      aliases: [`gitbook:${printed}`],
      entity,
      role: actors.length ? actors : entity,
      dimension: place.dimension.length ? place.dimension : place.riskDimension,
      risk: place.risk && plain(place.risk),
      // A risk line that names a dimension stands for the vulnerability where none is printed.
      vulnerability: vulnerability && plain(vulnerability).replace(/\s*\[[ivx]+\]/g, ''),
      note: notes.join(' ') || null,
    },
    blocks,
    maker,
  );
}

type Facts = Omit<ImportedControl, 'slug' | 'order' | 'text' | 'group'>;

/** Gives a control its slug and place and writes its opening line. */
export function finish(facts: Facts, blocks: Block[], maker: ControlMaker): Made {
  const slug = maker.names.take(slugOf(facts.title, 70), slugOf(`control ${facts.aliases[0]?.replace(/^[^:]*:/, '') ?? ''}`));
  const control: ImportedControl = { slug, ...facts, order: maker.nextOrder(), text: printBlocks(blocks), group: maker.group };
  maker.controls.push(control);
  return { control, block: { t: 'control', open: openingLine(control), blocks } };
}

/** The opening line of a control's directive. */
export function openingLine(control: Omit<ImportedControl, 'order' | 'text' | 'group'>): string {
  return formatDirective('control', control.title, control.slug, {
    kind: control.kind,
    entity: control.entity,
    role: control.role,
    dimension: control.dimension,
    risk: control.risk ?? undefined,
    vulnerability: control.vulnerability ?? undefined,
    alias: control.aliases,
    note: control.note ?? undefined,
  });
}

/** A printed line without its security dimensions, and their ids. */
export function withoutDimension(text: string): { text: string; dimension: string[] } {
  const found = DIMENSION.exec(text);
  const rest = tidy((found ? text.replace(found[0], ' ') : text).replace(/\s*\|\s*$/, ''));
  return { text: unwrap(rest), dimension: found ? dimensionsOf(found[1]!) : [] };
}

/** What a lost table left behind: a bar and a cell at the end, or a quotation mark that opens nothing. */
function withoutDebris(text: string): { text: string; removed: string } {
  const bar = /\s*\\?\|\s*([\p{L} -]{0,40})$/u.exec(text);
  if (bar) return { text: text.slice(0, bar.index), removed: `|${bar[1]}`.trim() };
  if (/\s*"$/.test(text) && (text.match(/"/g)?.length ?? 0) % 2 === 1) return { text: text.replace(/\s*"$/, ''), removed: '"' };
  return { text, removed: '' };
}

/** Takes off emphasis that wraps a whole paragraph, and an opening mark that never closes. */
function unwrap(text: string): string {
  text = text.trim();
  const wrapped = /^([*_])(?!\1)([\s\S]+?)(?<!\\)\1$/.exec(text);
  if (wrapped && !new RegExp(`(?<!\\\\)\\${wrapped[1]}`).test(wrapped[2]!.replace(/(?<=\w)_(?=\w)/g, '').replace(/\*\*/g, ''))) text = wrapped[2]!.trim();
  if (/^\\_/.test(text) && !/_/.test(text.slice(2))) text = text.slice(2);
  return text.replace(/^[:\s]+/, '');
}

/** A text that stops before saying what to do: a subordinate clause alone, an open list, or nothing at all. */
export function breaksOff(text: string, goesOn: boolean): boolean {
  const words = plain(text);
  if (!words) return !goesOn;
  if (goesOn) return false;
  if (/(?:,|\b(?:and|or|of|the|to|with|by|for))$/i.test(words)) return true;
  if (!/^(?:because|since|although|while|whereas)\b/i.test(words)) return false;
  const sentences = words.split(/[.!?](?:\s|$)/).filter(Boolean);
  return sentences.length === 1 && !/,[^,]*\b(?:should|must|shall|ensure|need|use|do not|is|are|avoid|require|it|they)\b/i.test(words);
}

/** One line without stray spaces. */
export const tidy = (text: string): string =>
  text
    .replace(/\s+([.,;:])/g, '$1')
    .replace(/\s+/g, ' ')
    .trim();
