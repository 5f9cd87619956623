import { parseDirective, planDirectives } from '#lib/text/directives.ts';
import { linesOf } from '#lib/text/lines.ts';
import { noteKey } from '#lib/text/notes.ts';
import { type Block, splitBlocks } from './blocks.ts';
import type { Problem } from './page.ts';

export const CONTROL_KINDS = ['control', 'recommendation', 'practice', 'clause'] as const;
export type ControlKind = (typeof CONTROL_KINDS)[number];
export type Alias = { scheme: string; value: string };
/** A control as its directive states it; `text` is the Markdown inside, `line` the line of the body it opens on. */
export type ParsedControl = {
  slug: string;
  title: string;
  kind: ControlKind;
  entity: string[];
  role: string[];
  dimension: string[];
  risk: string;
  vulnerability: string;
  aliases: Alias[];
  note: string;
  params: Array<{ id: string; value: string }>;
  text: string;
  line: number;
  block: number;
};

const SLUG = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const KNOWN = new Set(['kind', 'entity', 'role', 'dimension', 'risk', 'vulnerability', 'alias', 'note']);

/**
 * The controls of a body in text order, with what is wrong about them: `library.control.` + `duplicate`, `kind`, `id_missing`,
 * `id_form`, `title_missing`, `alias`, `attributes`, `attribute_unknown`, `nested`, and `library.directive.unterminated`.
 */
export function parseControls(body: string): { controls: ParsedControl[]; problems: Problem[] } {
  const controls: ParsedControl[] = [];
  const problems: Problem[] = [];
  const lines = linesOf(body);
  const plan = planDirectives(lines);
  for (const at of [...plan.unterminated, ...plan.tooDeep]) {
    const name = parseDirective(lines[at] as string)?.name ?? '';
    problems.push({ code: 'library.directive.unterminated', line: at + 1, details: { name } });
  }
  const topLevel = new Set<number>();
  const seen = new Map<string, number>();
  const blocks = splitBlocks(body);
  const notes = blocks.filter(({ kind }) => kind === 'note').map(({ text }) => text.trimEnd());
  blocks.forEach((block, index) => {
    if (block.kind !== 'control') return;
    topLevel.add(block.line - 1);
    const control = readControl(block, index, problems);
    if (!control) return;
    const first = seen.get(control.slug);
    if (first !== undefined) problems.push({ code: 'library.control.duplicate', line: control.line, details: { slug: control.slug, first } });
    else {
      seen.set(control.slug, control.line);
      controls.push({ ...control, text: withNotes(control.text, notes) });
    }
  });
  for (const at of plan.ends.keys()) {
    if (!topLevel.has(at) && parseDirective(lines[at] as string)?.name === 'control') problems.push({ code: 'library.control.nested', line: at + 1 });
  }
  problems.sort((x, y) => x.line - y.line);
  return { controls, problems };
}

// A note that a thousand controls refer to is not kept a thousand times at any length.
const CARRIED = 4_000;

/** A control is also read by itself: the footnotes of its page that it refers to come with it, and those that these refer to. */
function withNotes(text: string, notes: readonly string[]): string {
  let whole = text;
  for (let left = notes; left.length && whole.length < text.length + CARRIED; ) {
    const wanted = new Set([...whole.matchAll(/\[\^(?:\\.|[^\s\\[\]])+\](?!:)/g)].map(([mark]) => noteKey(mark)));
    const [taken, others] = [left.filter((note) => wanted.has(keyOf(note))), left.filter((note) => !wanted.has(keyOf(note)))];
    if (!taken.length) break;
    for (const note of taken) if (whole.length + note.length < text.length + CARRIED) whole += `\n\n${note}`;
    left = others;
  }
  return whole;
}

const keyOf = (note: string): string => noteKey(/^\s*(\[\^(?:\\.|[^\s\\[\]])+\])/.exec(note)?.[1] ?? '');

function readControl(block: Block, index: number, problems: Problem[]): ParsedControl | null {
  const lines = linesOf(block.text.trimEnd());
  const opening = lines.findIndex((line) => line.startsWith(':::'));
  const directive = parseDirective(lines[opening] ?? '');
  if (!directive) return null;
  const line = block.line;
  const problem = (why: string, details: Problem['details']) => problems.push({ code: `library.control.${why}`, line, details });
  const { id: slug, title, attributes } = directive;
  if (directive.fault) problem('attributes', { part: directive.fault });
  if (slug === '') {
    problem('id_missing', { title });
    return null;
  }
  if (!SLUG.test(slug) || slug.length > 80) problem('id_form', { slug });
  if (title === '') problem('title_missing', { slug });
  for (const key of Object.keys(attributes)) if (!KNOWN.has(key)) problem('attribute_unknown', { slug, key });
  const kind = attributes.kind || 'control';
  const known = (CONTROL_KINDS as readonly string[]).includes(kind);
  if (!known) problem('kind', { slug, kind });
  const aliases: Alias[] = [];
  for (const word of words(attributes.alias)) {
    const cut = word.indexOf(':');
    if (cut > 0 && cut < word.length - 1) aliases.push({ scheme: word.slice(0, cut), value: word.slice(cut + 1) });
    else problem('alias', { slug, alias: word });
  }
  const text = lines
    .slice(opening + 1, -1)
    .join('\n')
    .trim();
  return {
    slug,
    title,
    kind: known ? (kind as ControlKind) : 'control',
    entity: words(attributes.entity),
    role: words(attributes.role),
    dimension: words(attributes.dimension),
    risk: attributes.risk ?? '',
    vulnerability: attributes.vulnerability ?? '',
    aliases,
    note: attributes.note ?? '',
    params: [...text.matchAll(/:param\[((?:[^\\[\]]|\\.){1,200})\]\{#([a-z0-9][a-z0-9-]{0,79})\}/g)].map((hit) => ({
      id: hit[2] as string,
      value: (hit[1] as string).replace(/\\([\\[\]])/g, '$1'),
    })),
    text,
    line,
    block: index,
  };
}

function words(value: string | undefined): string[] {
  return [...new Set((value ?? '').split(/\s+/).filter(Boolean))];
}
