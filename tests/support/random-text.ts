// Texts for tests: the same seed gives the same text on every machine.

/** Numbers from 0 to 1 that follow from the seed (mulberry32). */
export function seeded(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const WORDS =
  'the a of to and operator provider customer account number identity SIM swap check verify before after each every may must never always token session password server client network message agent record log audit risk threat control measure period hours days block limit amount transaction fraud detect alert report review keep store encrypt key certificate update device lost stolen recycled holder proof document biometric channel USSD app wallet balance regulator bank authority notify within written procedure staff access role duty separate test vendor patch release monitor traffic signalling firewall'.split(
    ' ',
  );
const pick = <T>(random: () => number, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;

/** A sentence of plain words. */
export function sentence(random: () => number, length = 6 + Math.floor(random() * 14)): string {
  const words = Array.from({ length }, () => pick(random, WORDS)).join(' ');
  return `${words[0]?.toUpperCase()}${words.slice(1)}.`;
}

/** A paragraph of one to four sentences. */
export function paragraph(random: () => number): string {
  return Array.from({ length: 1 + Math.floor(random() * 4) }, () => sentence(random)).join(' ');
}

/** A well-formed body with the given number of blocks of every kind. */
export function randomMarkdown(random: () => number, blocks: number): string {
  return `${Array.from({ length: blocks }, (_, n) => randomBlock(random, n)).join('\n\n')}\n`;
}

/** One block; `n` makes a control's id its own. */
export function randomBlock(random: () => number, n: number): string {
  const kind = random();
  if (kind < 0.12) return `${pick(random, ['##', '##', '###'])} ${sentence(random, 3).replace('.', '')}`;
  if (kind < 0.55) return paragraph(random);
  if (kind < 0.67) return Array.from({ length: 2 + Math.floor(random() * 4) }, () => `- ${sentence(random)}`).join('\n');
  if (kind < 0.71) return `| a | b |\n|---|---|\n| ${sentence(random, 4)} | ${sentence(random, 3)} |`;
  if (kind < 0.76) return `:::hint{style="info"}\n${paragraph(random)}\n:::`;
  if (kind < 0.78) return '```\ncode\n\n:::\n```';
  return `:::control[${sentence(random, 5).replace('.', '')}]{#c${n}-${Math.floor(random() * 1e6)} kind="control" entity="mno" dimension="authentication"}\n${paragraph(random)}\n:::`;
}

const BITS = [
  '\n',
  '\n\n',
  '\r\n',
  ' ',
  '   ',
  '\t',
  '#',
  '- ',
  '* ',
  '1. ',
  '> ',
  '```',
  '~~~',
  ':::',
  '::::',
  ':::hint',
  ':::control[x]{#y}',
  '[a]: b',
  '[a]',
  '|',
  '---',
  '===',
  '<b>',
  '<!--',
  '&lt;',
  '\\',
  'word',
  'النص',
  '安全',
  '\u00a0',
  '\u2028',
  '=',
  '!',
  ':param[x]{#y}',
  '    ',
  '{',
  '}',
  '"',
];

/** A heap of Markdown's own signs, well formed only by chance. */
export function randomSoup(random: () => number, length: number): string {
  let out = '';
  while (out.length < length * random()) out += pick(random, BITS);
  return out;
}
