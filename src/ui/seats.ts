export type Point = { x: number; y: number };
export type SeatKind = 'full' | 'half' | 'ring' | 'cross' | 'square' | 'dash';

const round = (value: number) => Math.round(value * 10) / 10;

/** Where the seats of a ring of `all` stand: clockwise from the foot, which stays open. */
export function ringPoints(all: number): Point[] {
  const gap = 42;
  return Array.from({ length: all }, (_, at) => {
    const angle = ((90 + gap / 2 + (all > 1 ? (at * (360 - gap)) / (all - 1) : (360 - gap) / 2)) * Math.PI) / 180;
    return { x: round(150 + 118 * Math.cos(angle)), y: round(150 + 118 * Math.sin(angle)) };
  });
}

/** Circles as one path: many seats, one element. */
export function circles(points: Point[], radius: number): string {
  const r = round(radius);
  return points.map(({ x, y }) => `M${round(x - r)} ${y}a${r} ${r} 0 1 0 ${round(2 * r)} 0a${r} ${r} 0 1 0-${round(2 * r)} 0`).join('');
}

const shapes: Record<SeatKind, (x: number, y: number) => string> = {
  full: (x, y) => circles([{ x: x + 6, y: y + 6 }], 4.7),
  half: (x, y) => `M${x + 6} ${y + 1.6}a4.4 4.4 0 0 0 0 8.8zM${x + 6} ${y + 1.6}a4.4 4.4 0 0 1 0 8.8v-1.3a3.1 3.1 0 0 0 0-6.2z`,
  ring: (x, y) => circles([{ x: x + 6, y: y + 6 }], 4),
  cross: (x, y) => `M${x + 2.6} ${y + 2.6}l6.8 6.8m0-6.8l-6.8 6.8`,
  square: (x, y) => `M${x + 2.2} ${y + 2.2}h7.6v7.6h-7.6z`,
  dash: (x, y) => `M${x + 2.5} ${y + 6}h7`,
};

/** Lays groups of seats into rows of ten; one path per kind. Shapes differ first, colour second. */
export function seatRows(groups: { kind: SeatKind; count: number }[]): { all: number; lines: number; paths: { kind: SeatKind; d: string; filled: boolean }[] } {
  let at = 0;
  const paths = groups
    .filter(({ count }) => count > 0)
    .map(({ kind, count }) => {
      let d = '';
      for (let n = 0; n < count; n++, at++) d += shapes[kind]((at % 10) * 12, Math.floor(at / 10) * 12);
      return { kind, d, filled: kind === 'full' || kind === 'half' };
    });
  return { all: Math.max(at, 1), lines: Math.max(1, Math.ceil(at / 10)), paths };
}
