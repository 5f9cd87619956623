/** Domains that a tired eye takes for another's: said in words to whoever vets, and decides nothing by itself. */
export type LookAlike = { why: 'same_shape' | 'one_letter' | 'other_ending' | 'foreign_letters' | 'inside'; domain?: string };

// What looks alike in the fonts people read mail in. Longer ones first.
const SHAPES: [RegExp, string][] = [
  [/rn/g, 'm'],
  [/vv/g, 'w'],
  [/cl/g, 'd'],
  [/[01il|]/g, 'l'],
  [/5/g, 's'],
  [/3/g, 'e'],
  [/8/g, 'b'],
  [/q/g, 'g'],
  [/-/g, ''],
];
// Letters of other scripts that are drawn as a Latin one.
const DRAWN: Record<string, string> = Object.fromEntries(
  Object.entries({
    a: 'аαɑạàáâãäåā',
    b: 'ьƅ',
    c: 'сϲçć',
    d: 'ԁđ',
    e: 'еєèéêëē',
    g: 'ɡ',
    h: 'һ',
    i: 'іιíìîïıī',
    j: 'ј',
    k: 'κк',
    l: 'ӏł',
    m: 'м',
    n: 'пñń',
    o: 'оοσöóòôõøō',
    p: 'рρ',
    s: 'ѕśš',
    t: 'тτ',
    u: 'υцüúùûū',
    v: 'νѵ',
    w: 'ԝω',
    x: 'хχ',
    y: 'уγýÿ',
    z: 'ᴢžż',
  }).flatMap(([latin, others]) => [...others].map((other) => [other, latin])),
);

const zero = '0'.charCodeAt(0);

/** How a domain is drawn on a screen: xn-- names with their letters. A name that cannot be read stays as it is. */
export function shown(domain: string): string {
  return domain
    .split('.')
    .map((label) => (label.startsWith('xn--') ? (decode(label.slice(4)) ?? label) : label))
    .join('.');
}

// RFC 3492, the decoder alone: browsers and servers both need it, and neither offers one.
function decode(input: string): string | undefined {
  const cut = input.lastIndexOf('-');
  const output = [...input.slice(0, Math.max(cut, 0))];
  let [n, at, bias] = [128, 0, 72];
  for (let index = cut + 1; index < input.length; ) {
    const before = at;
    for (let weight = 1, k = 36; ; k += 36) {
      const letter = input.charCodeAt(index++);
      const digit = letter >= 97 && letter <= 122 ? letter - 97 : letter >= zero && letter <= zero + 9 ? letter - zero + 26 : -1;
      if (digit < 0) return undefined;
      at += digit * weight;
      const threshold = Math.min(Math.max(k - bias, 1), 26);
      if (digit < threshold) break;
      weight *= 36 - threshold;
    }
    const length = output.length + 1;
    let delta = before === 0 ? Math.floor((at - before) / 700) : (at - before) >> 1;
    delta += Math.floor(delta / length);
    let k = 0;
    for (; delta > 455; k += 36) delta = Math.floor(delta / 35);
    bias = k + Math.floor((36 * delta) / (delta + 38));
    n += Math.floor(at / length);
    at %= length;
    if (n > 0x10ffff) return undefined;
    output.splice(at++, 0, String.fromCodePoint(n));
  }
  return output.join('');
}

/** The domain as a tired eye reads it: two domains with one shape are taken for each other. */
export function shapeOf(domain: string): string {
  const latin = [...shown(domain).toLowerCase()].map((letter) => DRAWN[letter] ?? letter).join('');
  return SHAPES.reduce((text, [from, to]) => text.replace(from, to), latin);
}

const within = (a: string, b: string) => a.endsWith(`.${b}`);

// One letter more, less, other, or two neighbours swapped.
function oneLetterApart(a: string, b: string): boolean {
  if (a === b || Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const [left, right] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  return Math.max(left.length, right.length) <= 1 || (left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0]);
}

/** What is odd about a domain beside those that are known here: the nearest reason for each known domain, and letters of other scripts. */
export function lookAlikes(domain: string, known: readonly string[]): LookAlike[] {
  const found: LookAlike[] = /(^|\.)xn--/.test(domain) ? [{ why: 'foreign_letters' }] : [];
  const head = (name: string) => name.slice(0, name.indexOf('.'));
  for (const other of new Set(known)) {
    if (other === domain) continue;
    if (within(domain, other) || within(other, domain)) found.push({ why: 'inside', domain: other });
    else if (shapeOf(domain) === shapeOf(other)) found.push({ why: 'same_shape', domain: other });
    else if (domain.length > 5 && oneLetterApart(domain, other)) found.push({ why: 'one_letter', domain: other });
    else if (head(domain).length > 4 && shapeOf(head(domain)) === shapeOf(head(other))) found.push({ why: 'other_ending', domain: other });
  }
  return found.slice(0, 8);
}
