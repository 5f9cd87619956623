import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Mark, Root } from './model.ts';

/** A row of the log as app.audit_rows gives it; positions and ids as text, moments with microseconds. */
export type LogRow = {
  pos: string;
  source: 'event' | 'note';
  source_id: string;
  kind: string;
  at: string;
  payload_hash: Buffer;
  previous: Buffer;
  hash: Buffer;
  salt: Buffer | null;
  body: string | null;
  repeated: Record<string, unknown> | null;
  event: unknown;
};
export type KeptRoot = Root & { last: number };

const sha256 = (...parts: (string | Buffer)[]) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
export const BEGINNING = sha256('indaba-audit-1');

/** The root of a day whose last row has this hash. */
export const rootOf = (day: string, last: Buffer): string => sha256(['indaba-audit-root-1', day, last.toString('hex')].join('\n')).toString('hex');

/** The rows that a note says were forgotten: one, or many at once. */
export function positionsOf(note: unknown): string[] {
  const { position, positions } = note as { position?: number | string; positions?: Array<number | string> };
  return [...(positions ?? []), ...(position === undefined ? [] : [position])].map(String);
}

/** The hash a row must have where it stands. */
export function hashOf(row: LogRow, previous: Buffer): Buffer {
  return sha256(
    ['indaba-audit-1', row.pos, row.source, row.source_id, row.kind, row.at, row.payload_hash.toString('hex'), previous.toString('hex')].join('\n'),
  );
}

/** Walks the chain; `take` returns the first fault in a sentence, or undefined. What is known at the end is asked of `end`. */
export class Check {
  rows = 0;
  last: Buffer = BEGINNING;
  readonly forgotten = new Set<string>();
  readonly #missing: string[] = [];
  readonly #days = new Map<number, string[]>();
  readonly #marks = new Map<number, string>();
  readonly #roots: Root[];
  readonly #found = new Set<string>();

  /** `made`: the roots the hub has itself; `kept`: what somebody kept elsewhere. */
  constructor(made: KeptRoot[], kept: { roots: Root[]; marks: Mark[] }) {
    for (const { day, root, last } of made) this.#days.set(last, [...(this.#days.get(last) ?? []), `${day} ${root}`]);
    for (const { position, hash } of kept.marks) this.#marks.set(position, hash);
    // A kept root that the hub has as well is checked at its row; any other is looked for at every row.
    this.#roots = kept.roots.filter(({ day, root }) => !made.some((each) => each.day === day && each.root === root));
  }

  take(row: LogRow): string | undefined {
    const wanted = String(this.rows + 1);
    if (row.pos !== wanted) return `Row ${wanted} of the log was removed: after row ${this.rows} comes row ${row.pos}.`;
    if (!row.previous.equals(this.last))
      return `Row ${row.pos} of the log does not follow the one before: it was altered, moved or put there, or row ${this.rows} was.`;
    if (!row.hash.equals(hashOf(row, this.last)))
      return `Row ${row.pos} of the log was altered, moved or put there: it does not have the hash it was sealed with.`;
    const fault = this.#payload(row);
    if (fault) return fault;
    this.rows += 1;
    this.last = row.hash;
    return this.#place(row.hash);
  }

  #payload(row: LogRow): string | undefined {
    if (row.salt === null || row.body === null) {
      this.#missing.push(row.pos);
    } else {
      const read = () => JSON.parse(row.body!) as Record<string, unknown>;
      if (!sha256(row.salt, row.body).equals(row.payload_hash)) return `The payload of row ${row.pos} of the log was altered.`;
      const body = read();
      const { actor_id, member_id, organization_id, audience_id } = body;
      if (!isDeepStrictEqual(row.repeated, { kind: row.kind, at: row.at, actor_id, member_id, organization_id, audience_id }))
        return `What the payload of row ${row.pos} of the log says beside its text was altered.`;
      if (row.source === 'event' && row.event !== null && !isDeepStrictEqual(row.event, body.event))
        return `Event ${row.source_id} was altered since row ${row.pos} of the log was sealed.`;
      if (row.kind === 'audit.forgotten') for (const position of positionsOf(body.note)) this.forgotten.add(position);
    }
    return row.source === 'event' && row.event === null ? `Event ${row.source_id} was removed since row ${row.pos} of the log was sealed.` : undefined;
  }

  /** At the last row of a day its root must come out, and a place that was noted must have the hash that was noted. */
  #place(hash: Buffer): string | undefined {
    for (const each of this.#days.get(this.rows) ?? []) {
      const [day = '', root] = each.split(' ');
      if (rootOf(day, hash) !== root)
        return `The root of ${day} that the hub keeps is not that of row ${this.rows}: it was altered, or the log was written anew up to there.`;
    }
    const noted = this.#marks.get(this.rows);
    if (noted && noted !== hash.toString('hex')) return `Row ${this.rows} of the log is not the one that was noted: something up to there was altered.`;
    for (const { day, root } of this.#roots) if (rootOf(day, hash) === root) this.#found.add(day);
    return undefined;
  }

  /** What only the end shows: rows cut off, payloads gone without a word, kept roots that lead nowhere. `waiting`: forgotten, and not sealed yet. */
  end(waiting: readonly string[]): string | undefined {
    const beyond = [...this.#days.keys(), ...this.#marks.keys()].filter((position) => position > this.rows).sort((a, b) => a - b)[0];
    if (beyond) return `The log ends at row ${this.rows}, but row ${beyond} was sealed: the first removed row is ${this.rows + 1}.`;
    const lost = [...this.#roots].sort((a, b) => a.day.localeCompare(b.day)).find(({ day }) => !this.#found.has(day));
    if (lost)
      return `The kept root of ${lost.day} comes out at no row: rows it covered were removed or altered, or the log was written anew; it ends at row ${this.rows} now.`;
    for (const each of waiting) this.forgotten.add(each);
    const silent = this.#missing.find((each) => !this.forgotten.has(each));
    return silent && `The payload of row ${silent} of the log is gone, and nobody wrote down that it was forgotten.`;
  }

  get gone(): number {
    return this.#missing.length;
  }
}
