import * as v from 'valibot';
import { LABELS } from '../model.ts';

/** Why something stays out. The first three nobody chooses: the label forbids it, or it was said in person. */
export const GROUNDS = ['label', 'direct', 'taken_back', 'security', 'personal', 'confidence', 'deliberation', 'other'] as const;
export type Ground = (typeof GROUNDS)[number];
export const CHOSEN = GROUNDS.slice(3) as ReadonlyArray<Ground>;

const ground = v.picklist(CHOSEN, 'records.export.ground_unknown');
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const day = v.pipe(
  v.optional(v.nullable(v.string()), null),
  v.transform((value) => value || null),
  v.nullable(v.pipe(v.string(), v.isoDate('records.export.day_unknown'))),
);

/** What a focal point asks for: a period, labels and things to leave out (addresses or ids, one a line), each with its ground. */
export const RecordsInput = v.object({
  reason: v.pipe(v.string(), v.trim(), v.minLength(1, 'records.reason.missing'), v.maxLength(500, 'records.reason.long')),
  from_on: day,
  until_on: day,
  labels: v.optional(v.array(v.picklist(LABELS, 'records.rule.not_found')), []),
  labels_ground: v.optional(ground, 'security'),
  things: v.pipe(
    v.optional(v.string(), ''),
    v.maxLength(20_000, 'records.export.things_long'),
    // The last id in a line: an address ends with what it leads to.
    v.transform((text) => text.split('\n').flatMap((line) => line.match(UUID)?.at(-1) ?? (line.trim() ? [''] : []))),
    v.check((ids) => ids.every(Boolean), 'records.export.thing_unknown'),
    v.maxLength(500, 'records.export.things_long'),
  ),
  things_ground: v.optional(ground, 'confidence'),
});

export type Exclusion = { what: 'label' | 'thing'; which: string; ground: Ground };
