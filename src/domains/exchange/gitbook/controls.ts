import { formatDirective } from '#lib/text/directives.ts'
import type { Block, Item } from './blocks.ts'
import type { ImportedControl, Reason } from './model.ts'
import { plain, shortTitle, slugOf, type Names } from './names.ts'
import { printBlocks } from './print.ts'
import { actorsOf, dimensionsOf, entitiesOf } from './words.ts'

export type Tell = (list: 'changed' | 'leftOut', reason: Reason, what: string, data?: Record<string, string | number>) => void
export type ControlMaker = { names: Names; tell: Tell; group: string | null; controls: ImportedControl[]; nextOrder: () => number; repeats: (printed: string) => number }

/** Where a control stands among the headings and lines that say whom and what it is about. */
type Place = { entityLine: string | null; entity: string[]; risk: string | null; riskUsed: boolean; riskOuter: boolean; riskDimension: string[]; vulnerability: string | null; dimension: string[]; vulnerabilityUsed: boolean }

const CONTROL = /^[*_\\\s]*control\s*(?:no\.?\s*)?(\d{1,3}\.\d{1,3})\b(?:\\?\*|\s)*[:.–-]?(?:\\?\*(?=\\?\*|\s|$)|\s)*(?:(?<=\*)\\?\*)?\s*/i
const VULNERABILITY = /^[*_\\\s]*vulnerabilit(?:y|ies)\b[*_\\\s]*[:–-]?[*_\\\s]*/i
const RISK = /^[*_\\\s]*risks?\b[*\\\s]*:[*\\\s]*/i
const ENTITY = /^[*_\\\s]*affected\s+entit(?:y|ies)\b[*_\\\s]*:?[*_\\\s]*/i
const DIMENSION = /\(\s*SD\s*:\s*([^()]{0,200})\)?/i

const firstText = (item: Item): string => (item.blocks[0]?.t === 'para' ? item.blocks[0].text : '')

/** Says whether a page prints controls as numbered items (`Control 8.9: …`), and of which threat most of them are. */
export function printedNumbers(blocks: Block[]): string[] {
  return blocks.flatMap((block) => {
    if (block.t === 'para') return CONTROL.exec(block.text)?.[1] ?? []
    if (block.t !== 'list') return []
    return block.items.flatMap((item) => printedNumbers(item.blocks))
  })
}

/**
 * Takes the numbered control items out of their lists and makes each a directive that carries the entity, risk,
 * vulnerability and dimension printed above it. What is not a control stays where it was.
 */
export function recogniseControls(blocks: Block[], maker: ControlMaker): Block[] {
  const out: Block[] = []
  const place: Place = { entityLine: null, entity: [], risk: null, riskUsed: true, riskOuter: false, riskDimension: [], vulnerability: null, dimension: [], vulnerabilityUsed: true }
  let shown = { entity: '' as string | null, risk: '' as string | null }
  let last: { control: ImportedControl; block: Extract<Block, { t: 'control' }> } | null = null

  const leaveVulnerability = (): void => {
    if (place.vulnerability && !place.vulnerabilityUsed) out.push({ t: 'para', text: `**Vulnerability:** ${place.vulnerability}` })
    place.vulnerability = null; place.dimension = []; place.vulnerabilityUsed = true
  }
  const leaveRisk = (): void => {
    if (place.risk && !place.riskUsed) out.push({ t: 'para', text: `**Risk:** ${place.risk}` })
    place.risk = null; place.riskDimension = []; place.riskUsed = true
  }
  const heads = (): void => {
    if (place.entityLine && shown.entity !== place.entityLine) { out.push({ t: 'heading', level: 2, text: place.entityLine }); shown = { entity: place.entityLine, risk: null } }
    if (place.risk && shown.risk !== place.risk) { out.push({ t: 'heading', level: 3, text: `Risk: ${place.risk}` }); shown.risk = place.risk }
  }
  const control = (item: Item): void => {
    heads()
    last = makeControl(item, place, maker)
    place.riskUsed = true; place.vulnerabilityUsed = true
    out.push(last.block)
  }
  const inList = (list: Extract<Block, { t: 'list' }>): void => {
    let others: Item[] = []
    const flush = (): void => { if (others.length) out.push({ ...list, items: others, start: list.start }); others = [] }
    for (const item of list.items) {
      const text = firstText(item)
      if (CONTROL.test(text)) { flush(); control(item); continue }
      if (!VULNERABILITY.test(text)) { leaveVulnerability(); others.push(item); continue }
      flush()
      leaveVulnerability()
      const said = withoutDimension(text.replace(VULNERABILITY, ''))
      const mark = /\\?\[[ivx]+\]/.exec(said.text)?.[0]
      if (mark) maker.tell('changed', 'note_mark', mark.replace('\\', ''), { line: plain(said.text).slice(0, 80) })
      Object.assign(place, { vulnerability: said.text, dimension: said.dimension, vulnerabilityUsed: false })
      last = null
      for (const block of item.blocks.slice(1)) {
        if (block.t === 'list' && printedNumbers([block]).length) inList(block)
        // A paragraph below the item after its control: the control goes on there, indented one step too little.
        else if (last) { addTo(last, block) }
        else out.push(block)
      }
    }
    flush()
  }

  for (const block of blocks) {
    const text = block.t === 'heading' || block.t === 'para' ? block.text : ''
    if (text && ENTITY.test(text) && (block.t === 'heading' || /^\*\*/.test(text))) {
      leaveVulnerability()
      // A risk printed above its first entity covers the entities after it too; one printed below an entity ends with it.
      if (!place.riskUsed) place.riskOuter = true
      else if (!place.riskOuter) leaveRisk()
      const line = tidy(plain(text))
      Object.assign(place, { entityLine: line, entity: entitiesOf(line.replace(ENTITY, '')) })
      last = null
    } else if (text && RISK.test(text) && (block.t === 'heading' || /^\*\*/.test(text))) {
      leaveVulnerability(); leaveRisk()
      const said = withoutDimension(text.replace(RISK, ''))
      Object.assign(place, { risk: said.text.replace(/:$/, '') || null, riskUsed: false, riskOuter: false, riskDimension: said.dimension })
      last = null
    } else if (block.t === 'list' && (printedNumbers([block]).length || block.items.some((item) => VULNERABILITY.test(firstText(item))))) inList(block)
    else if (block.t === 'para' && CONTROL.test(text)) control({ task: null, blocks: [block] })
    else { if (block.t === 'heading') { leaveVulnerability(); last = null } out.push(block) }
  }
  leaveVulnerability(); leaveRisk()
  return out
}

function addTo(last: { control: ImportedControl; block: Extract<Block, { t: 'control' }> }, block: Block): void {
  if (block.t === 'para') block.text = unwrap(block.text)
  last.block.blocks.push(block)
  last.control.text = printBlocks(last.block.blocks)
}

function makeControl(item: Item, place: Place, maker: ControlMaker): { control: ImportedControl; block: Extract<Block, { t: 'control' }> } {
  const [first, ...others] = item.blocks
  const raw = first?.t === 'para' ? first.text : ''
  const printed = CONTROL.exec(raw)![1]!
  const debris = withoutDebris(raw.replace(CONTROL, ''))
  if (debris.removed) maker.tell('changed', 'table_debris', debris.removed, { number: printed })
  const lead = unwrap(debris.text)
  const blocks: Block[] = lead ? [{ t: 'para', text: lead }] : []
  for (const block of others) { if (block.t === 'para') block.text = unwrap(withoutDebris(block.text).text); blocks.push(block) }
  const entity = entitiesOf(debris.removed).length ? entitiesOf(debris.removed) : place.entity
  const occurrence = maker.repeats(printed)
  const notes: string[] = []
  if (occurrence > 1) { notes.push(`The source prints the number ${printed} more than once; this is number ${occurrence} in the order of the text.`); maker.tell('changed', 'number_repeats', printed, { number: printed, occurrence }) }
  if (breaksOff(lead, blocks.length > 1)) { notes.push('The source breaks off here: it gives the reason and not what is to be done.'); maker.tell('changed', 'text_breaks_off', printed, { number: printed }) }
  const words = plain(lead)
  const title = shortTitle(lead) || `Control ${printed}`
  const actors = actorsOf(words)
  const vulnerability = place.vulnerability ?? (place.riskDimension.length ? place.risk : null)
  return finish({
    kind: 'control', title, aliases: [`gitbook:${printed}`], entity, role: actors.length ? actors : entity,
    dimension: place.dimension.length ? place.dimension : place.riskDimension,
    risk: place.risk && plain(place.risk),
    // A risk line that names a dimension stands for the vulnerability where none is printed.
    vulnerability: vulnerability && plain(vulnerability).replace(/\s*\[[ivx]+\]/g, ''),
    note: notes.join(' ') || null,
  }, blocks, maker)
}

type Facts = Omit<ImportedControl, 'slug' | 'order' | 'text' | 'group'>

/** Gives a control its slug and place and writes its opening line. */
export function finish(facts: Facts, blocks: Block[], maker: ControlMaker): { control: ImportedControl; block: Extract<Block, { t: 'control' }> } {
  const slug = maker.names.take(slugOf(facts.title, 70), slugOf(`control ${facts.aliases[0]?.replace(/^[^:]*:/, '') ?? ''}`))
  const control: ImportedControl = { slug, ...facts, order: maker.nextOrder(), text: printBlocks(blocks), group: maker.group }
  maker.controls.push(control)
  return { control, block: { t: 'control', open: openingLine(control), blocks } }
}

/** The opening line of a control's directive. */
export function openingLine(control: Omit<ImportedControl, 'order' | 'text' | 'group'>): string {
  return formatDirective('control', control.title, control.slug, {
    kind: control.kind, entity: control.entity, role: control.role, dimension: control.dimension, risk: control.risk ?? undefined,
    vulnerability: control.vulnerability ?? undefined, alias: control.aliases, note: control.note ?? undefined,
  })
}

function withoutDimension(text: string): { text: string; dimension: string[] } {
  const found = DIMENSION.exec(text)
  const rest = tidy((found ? text.replace(found[0], ' ') : text).replace(/\s*\|\s*$/, ''))
  return { text: unwrap(rest), dimension: found ? dimensionsOf(found[1]!) : [] }
}

/** What a lost table left behind: a bar and a cell at the end, or a quotation mark that opens nothing. */
function withoutDebris(text: string): { text: string; removed: string } {
  const bar = /\s*\\?\|\s*([\p{L} -]{0,40})$/u.exec(text)
  if (bar) return { text: text.slice(0, bar.index), removed: `|${bar[1]}`.trim() }
  if (/\s*"$/.test(text) && (text.match(/"/g)?.length ?? 0) % 2 === 1) return { text: text.replace(/\s*"$/, ''), removed: '"' }
  return { text, removed: '' }
}

/** Takes off emphasis that wraps a whole paragraph, and an opening mark that never closes. */
function unwrap(text: string): string {
  text = text.trim()
  const wrapped = /^([*_])(?!\1)([\s\S]+?)(?<!\\)\1$/.exec(text)
  if (wrapped && !new RegExp(`(?<!\\\\)\\${wrapped[1]}`).test(wrapped[2]!.replace(/(?<=\w)_(?=\w)/g, '').replace(/\*\*/g, ''))) text = wrapped[2]!.trim()
  if (/^\\_/.test(text) && !/_/.test(text.slice(2))) text = text.slice(2)
  return text.replace(/^[:\s]+/, '')
}

/** A text that stops before saying what to do: a subordinate clause alone, an open list, or nothing at all. */
export function breaksOff(text: string, goesOn: boolean): boolean {
  const words = plain(text)
  if (!words) return !goesOn
  if (goesOn) return false
  if (/(?:,|\b(?:and|or|of|the|to|with|by|for))$/i.test(words)) return true
  if (!/^(?:because|since|although|while|whereas)\b/i.test(words)) return false
  const sentences = words.split(/[.!?](?:\s|$)/).filter(Boolean)
  return sentences.length === 1 && !/,[^,]*\b(?:should|must|shall|ensure|need|use|do not|is|are|avoid|require|it|they)\b/i.test(words)
}

const tidy = (text: string): string => text.replace(/\s+([.,;:])/g, '$1').replace(/\s+/g, ' ').trim()
