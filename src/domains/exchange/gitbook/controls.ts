import type { Block, Item } from './blocks.ts';
import { addTo, CONTROL, type ControlMaker, type Made, makeControl, type Place, tidy, withoutDimension } from './control-record.ts';
import { plain } from './names.ts';
import { entitiesOf } from './words.ts';

const VULNERABILITY = /^[*_\\\s]*vulnerabilit(?:y|ies)\b[*_\\\s]*[:–-]?[*_\\\s]*/i;
const RISK = /^[*_\\\s]*risks?\b[*\\\s]*:[*\\\s]*/i;
const ENTITY = /^[*_\\\s]*affected\s+entit(?:y|ies)\b[*_\\\s]*:?[*_\\\s]*/i;

const firstText = (item: Item): string => (item.blocks[0]?.t === 'para' ? item.blocks[0].text : '');

/** Says whether a page prints controls as numbered items (`Control 8.9: …`), and of which threat most of them are. */
export function printedNumbers(blocks: Block[]): string[] {
  return blocks.flatMap((block) => {
    if (block.t === 'para') return CONTROL.exec(block.text)?.[1] ?? [];
    if (block.t !== 'list') return [];
    return block.items.flatMap((item) => printedNumbers(item.blocks));
  });
}

/**
 * Takes the numbered control items out of their lists and makes each a directive that carries the entity, risk,
 * vulnerability and dimension printed above it. What is not a control stays where it was.
 */
export function recogniseControls(blocks: Block[], maker: ControlMaker): Block[] {
  const out: Block[] = [];
  const place: Place = {
    entityLine: null,
    entity: [],
    risk: null,
    riskUsed: true,
    riskOuter: false,
    riskDimension: [],
    vulnerability: null,
    dimension: [],
    vulnerabilityUsed: true,
  };
  let shown = { entity: '' as string | null, risk: '' as string | null };
  let last: Made | null = null;

  const leaveVulnerability = (): void => {
    if (place.vulnerability && !place.vulnerabilityUsed) out.push({ t: 'para', text: `**Vulnerability:** ${place.vulnerability}` });
    place.vulnerability = null;
    place.dimension = [];
    place.vulnerabilityUsed = true;
  };
  const leaveRisk = (): void => {
    if (place.risk && !place.riskUsed) out.push({ t: 'para', text: `**Risk:** ${place.risk}` });
    place.risk = null;
    place.riskDimension = [];
    place.riskUsed = true;
  };
  const heads = (): void => {
    if (place.entityLine && shown.entity !== place.entityLine) {
      out.push({ t: 'heading', level: 2, text: place.entityLine });
      shown = { entity: place.entityLine, risk: null };
    }
    if (place.risk && shown.risk !== place.risk) {
      out.push({ t: 'heading', level: 3, text: `Risk: ${place.risk}` });
      shown.risk = place.risk;
    }
  };
  const control = (item: Item): void => {
    heads();
    last = makeControl(item, place, maker);
    place.riskUsed = true;
    place.vulnerabilityUsed = true;
    out.push(last.block);
  };
  const inList = (list: Extract<Block, { t: 'list' }>): void => {
    let others: Item[] = [];
    const flush = (): void => {
      if (others.length) out.push({ ...list, items: others, start: list.start });
      others = [];
    };
    for (const item of list.items) {
      const text = firstText(item);
      if (CONTROL.test(text)) {
        flush();
        control(item);
        continue;
      }
      if (!VULNERABILITY.test(text)) {
        leaveVulnerability();
        others.push(item);
        continue;
      }
      flush();
      leaveVulnerability();
      const said = withoutDimension(text.replace(VULNERABILITY, ''));
      const mark = /\\?\[[ivx]+\]/.exec(said.text)?.[0];
      if (mark) maker.tell('changed', 'note_mark', mark.replace('\\', ''), { line: plain(said.text).slice(0, 80) });
      Object.assign(place, { vulnerability: said.text, dimension: said.dimension, vulnerabilityUsed: false });
      last = null;
      for (const block of item.blocks.slice(1)) {
        if (block.t === 'list' && printedNumbers([block]).length) inList(block);
        // A paragraph below the item after its control: the control goes on there, indented one step too little.
        else if (last) {
          addTo(last, block);
        } else out.push(block);
      }
    }
    flush();
  };

  for (const block of blocks) {
    const text = block.t === 'heading' || block.t === 'para' ? block.text : '';
    if (text && ENTITY.test(text) && (block.t === 'heading' || /^\*\*/.test(text))) {
      leaveVulnerability();
      // A risk printed above its first entity covers the entities after it too; one printed below an entity ends with it.
      if (!place.riskUsed) place.riskOuter = true;
      else if (!place.riskOuter) leaveRisk();
      const line = tidy(plain(text));
      Object.assign(place, { entityLine: line, entity: entitiesOf(line.replace(ENTITY, '')) });
      last = null;
    } else if (text && RISK.test(text) && (block.t === 'heading' || /^\*\*/.test(text))) {
      leaveVulnerability();
      leaveRisk();
      const said = withoutDimension(text.replace(RISK, ''));
      Object.assign(place, { risk: said.text.replace(/:$/, '') || null, riskUsed: false, riskOuter: false, riskDimension: said.dimension });
      last = null;
    } else if (block.t === 'list' && (printedNumbers([block]).length || block.items.some((item) => VULNERABILITY.test(firstText(item))))) inList(block);
    else if (block.t === 'para' && CONTROL.test(text)) control({ task: null, blocks: [block] });
    else {
      if (block.t === 'heading') {
        leaveVulnerability();
        last = null;
      }
      out.push(block);
    }
  }
  leaveVulnerability();
  leaveRisk();
  return out;
}
