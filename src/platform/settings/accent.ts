/** One colour chosen for paper; what it becomes on dark paper and as a wash is computed, and it is refused where words in it could not be read. */
type Rgb = [number, number, number];
const PAPER = '#fafbf9';
const DARK = '#111613';
// The least that WCAG 2.2 asks of small words.
const LEAST = 4.5;

const rgb = (hex: string): Rgb => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as Rgb;
const hexOf = (colour: Rgb) => `#${colour.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`;
const mixed = (one: string, other: string, share: number) => hexOf(rgb(one).map((part, n) => part * share + rgb(other)[n]! * (1 - share)) as Rgb);

function luminance(hex: string): number {
  const [r, g, b] = rgb(hex).map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4)) as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** The contrast of two colours, 1 to 21. */
export function contrast(one: string, other: string): number {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** Can small words in this colour be read on paper and on its wash, and white words on it? */
export const readable = (hex: string): boolean => contrast(hex, PAPER) >= LEAST && contrast(hex, '#ffffff') >= LEAST && contrast(hex, wash(hex)) >= LEAST;

const wash = (hex: string) => mixed(hex, PAPER, 0.12);

/** The rules that put the colour over the hub's own, on paper and on dark paper; nothing without one. */
export function accentRules(hex: string): string {
  if (!hex) return '';
  let light = hex;
  while (contrast(light, DARK) < 7 && light !== '#ffffff') light = mixed(light, '#ffffff', 0.9);
  const tint = mixed(hex, DARK, 0.25);
  const dark = `--accent:${light};--on:#06120d;--tint:${contrast(light, tint) >= LEAST ? tint : DARK}`;
  return `:root{--accent:${hex};--tint:${wash(hex)}}@media (prefers-color-scheme:dark){:root:not([data-theme=light]){${dark}}}:root[data-theme=dark]{${dark}}`;
}
